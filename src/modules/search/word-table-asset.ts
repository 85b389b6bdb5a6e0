import { readWordTable, type WordTable } from "./vectors/word-table.ts";

const PATH = "/search/word-vectors.bin";

let table: Promise<WordTable> | undefined;

/** The word vectors that come with Bourse, fetched once per isolate: 7 MB, shared by its desks. */
export function loadWordTable(assets: Fetcher): Promise<WordTable> {
  table ??= fetchTable(assets).catch((error: unknown) => {
    table = undefined;
    throw error;
  });
  return table;
}

async function fetchTable(assets: Fetcher): Promise<WordTable> {
  const answer = await assets.fetch(`https://assets.invalid${PATH}`);
  if (!answer.ok)
    throw new Error(`The static file ${PATH} answered ${answer.status}; "npm run build:assets" makes it.`);
  return readWordTable(await answer.arrayBuffer());
}
