import type { LsaModel } from "../vectors/lsa.ts";
import type { WordTable } from "../vectors/word-table.ts";
import { Idf } from "./idf.ts";
import { loadModel } from "./models.ts";
import { PassageVectors } from "./passage-vectors.ts";
import type { Side } from "./schema.ts";
import { Shelf } from "./shelf.ts";
import { countPassages, readState } from "./state.ts";

/** The side that is read, with all that gives its passages a meaning. */
export interface Library {
  sql: SqlStorage;
  side: Side;
  vectors: PassageVectors;
  words: WordTable;
  topics: { number: number; model: LsaModel } | undefined;
  /** How much a stem tells. */
  idf(stem: string): number;
}

/** What an index holds in memory besides its SQLite; all of it can be read again. */
export class LibraryMemory {
  readonly #sql: SqlStorage;
  readonly #idf: Idf;
  readonly vectors: PassageVectors;
  #topics: Library["topics"];

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#idf = new Idf(sql);
    this.vectors = new PassageVectors(sql);
  }

  /** The library as it is read now. */
  open(words: WordTable): Library {
    const { live } = readState(this.#sql);
    const topics = this.topics();
    const idf = this.#idf.of(live, countPassages(this.#sql, live), topics?.model);
    return { sql: this.#sql, side: live, vectors: this.vectors, words, topics, idf };
  }

  /** The passages of a side, to be changed. */
  shelf(side: Side, words: WordTable): Shelf {
    const { candidate } = readState(this.#sql);
    this.#idf.forget();
    return new Shelf(this.#sql, side, this.vectors, { words, topics: this.topics(), candidate });
  }

  /** The topics in use. */
  topics(): Library["topics"] {
    const { model: number } = readState(this.#sql);
    if (number === 0) this.#topics = undefined;
    else if (this.#topics?.number !== number) {
      const model = loadModel(this.#sql, number);
      this.#topics = model && { number, model };
    }
    return this.#topics;
  }

  forget(): void {
    this.vectors.forget();
    this.#idf.forget();
    this.#topics = undefined;
  }
}
