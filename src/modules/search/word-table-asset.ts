import { readWordTable, type WordTable } from "./vectors/word-table.ts";

const PATH = "/search/word-vectors.bin";

/** One table for all objects of an isolate, once one of them has it. */
let shared: WordTable | undefined;

/** The word vectors that come with Bourse, 7 MB. An object waits for its own fetch alone: another's may end with it. */
export class WordTableAsset {
  readonly #assets: Fetcher;
  #fetching: Promise<WordTable> | undefined;

  constructor(assets: Fetcher) {
    this.#assets = assets;
  }

  async load(): Promise<WordTable> {
    if (shared) return shared;
    this.#fetching ??= fetchTable(this.#assets).finally(() => {
      this.#fetching = undefined;
    });
    shared = await this.#fetching;
    return shared;
  }
}

async function fetchTable(assets: Fetcher): Promise<WordTable> {
  const answer = await assets.fetch(`https://assets.invalid${PATH}`);
  if (!answer.ok)
    throw new Error(`The static file ${PATH} answered ${answer.status}; "npm run build:assets" makes it.`);
  return readWordTable(await answer.arrayBuffer());
}
