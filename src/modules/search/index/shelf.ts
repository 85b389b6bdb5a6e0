import { identifierParts } from "../text/identifiers.ts";
import { mathTokens } from "../text/mathematics.ts";
import { spaced, unaccented, withSplitRuns, wordsOf } from "../text/words.ts";
import { ROWS_PER_BLOCK } from "../vectors/blocks.ts";
import type { LsaModel } from "../vectors/lsa.ts";
import type { WordTable } from "../vectors/word-table.ts";
import { dropBlock } from "./blocks.ts";
import { passageTopics, passageWords } from "./embedding.ts";
import type { PassageVectors } from "./passage-vectors.ts";
import type { Side } from "./schema.ts";
import type { StagedRow } from "./staging.ts";

/** What gives passages their vectors. */
export interface Meanings {
  words: WordTable;
  /** The topics in use, under their number. */
  topics: { number: number; model: LsaModel } | undefined;
  /** The number of topics that are being made: a block of theirs that this changes must be made again. */
  candidate: number | null;
}

interface Document {
  number: number;
  title: string;
}

type Passage = Pick<StagedRow, "heading" | "body">;

/** Passages that are in memory at once with all that is made of them: a document may have many thousands. */
const AT_ONCE = ROWS_PER_BLOCK;

/** The passages of one side, each a row with its full text and vectors. Its methods belong in a transaction. */
export class Shelf {
  readonly #sql: SqlStorage;
  readonly #side: Side;
  readonly #vectors: PassageVectors;
  readonly #meanings: Meanings;

  constructor(sql: SqlStorage, side: Side, vectors: PassageVectors, meanings: Meanings) {
    this.#sql = sql;
    this.#side = side;
    this.#vectors = vectors;
    this.#meanings = meanings;
  }

  /** Puts the passages of a document on the shelf in place of those that it had there. */
  replace(document: Document, build: string, passages: Iterable<StagedRow>): void {
    this.remove(document.number);
    const rows = this.#freeRows();
    let chunks = 0;
    let added = new Map<number, Passage>();
    for (const passage of passages) {
      const { body, bytes, heading, id, idx, locator } = passage;
      const { value: row } = rows.next();
      this.#sql.exec(
        `INSERT INTO passages_${this.#side} (row, id, document, idx, locator, bytes, heading, body)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[row, id, document.number, idx, locator, bytes, heading, body],
      );
      added.set(row, passage);
      chunks += 1;
      if (added.size < AT_ONCE) continue;
      this.#describe(document, added);
      added = new Map();
    }
    this.#describe(document, added);
    this.#sql.exec(
      `INSERT OR REPLACE INTO published_${this.#side} (document, build, chunks) VALUES (?, ?, ?)`,
      ...[document.number, build, chunks],
    );
    this.#sql.exec(
      `INSERT INTO titles_${this.#side} (rowid, title, document_id) SELECT number, ?, id FROM documents WHERE number = ?`,
      ...[document.title, document.number],
    );
  }

  /** Takes a document's passages off; their rows are free for others. */
  remove(document: number): void {
    const rows = this.#rowsOf(document);
    for (const row of rows) {
      this.#unindex(row);
      this.#sql.exec(`INSERT INTO free_${this.#side} (row) VALUES (?)`, row);
    }
    this.#sql.exec(`DELETE FROM passages_${this.#side} WHERE document = ?`, document);
    this.#sql.exec(`DELETE FROM published_${this.#side} WHERE document = ?`, document);
    this.#sql.exec(`DELETE FROM titles_${this.#side} WHERE rowid = ?`, document);
    this.#write(new Map(rows.map((row) => [row, undefined])), undefined);
  }

  /** Gives the passages of a document its new title. */
  retitle(document: Document): void {
    const rows = this.#rowsOf(document.number);
    for (const row of rows) this.#unindex(row);
    for (let from = 0; from < rows.length; from += AT_ONCE)
      this.#describe(document, this.#passagesIn(rows.slice(from, from + AT_ONCE)));
    this.#sql.exec(
      `UPDATE titles_${this.#side} SET title = ? WHERE rowid = ?`,
      document.title,
      document.number,
    );
  }

  #rowsOf(document: number): number[] {
    return this.#sql
      .exec<{ row: number }>(
        `SELECT row FROM passages_${this.#side} WHERE document = ? ORDER BY row`,
        document,
      )
      .toArray()
      .map(({ row }) => row);
  }

  #passagesIn(rows: readonly number[]): Map<number, Passage> {
    const found = this.#sql.exec<{ row: number; heading: string; body: string }>(
      `SELECT p.row, p.heading, p.body FROM json_each(?) wanted CROSS JOIN passages_${this.#side} p ON p.row = wanted.value`,
      JSON.stringify(rows),
    );
    return new Map(found.toArray().map(({ row, ...passage }) => [row, passage]));
  }

  #describe({ number, title }: Document, rows: ReadonlyMap<number, Passage>): void {
    const texts = new Map(
      [...rows].map(([row, { body, heading }]) => [row, { title: `${title} ${heading}`, body }]),
    );
    for (const [row, text] of texts) this.#index(row, text);
    this.#write(texts, number);
  }

  #index(row: number, { body, title }: { title: string; body: string }): void {
    this.#sql.exec(
      `INSERT INTO stems_${this.#side} (rowid, title, body) VALUES (?, ?, ?)`,
      ...[row, spaced(withSplitRuns(wordsOf(title)).join(" ")), spaced(unaccented(body))],
    );
    this.#sql.exec(
      `INSERT INTO forms_${this.#side} (rowid, words, forms) VALUES (?, ?, ?)`,
      ...[row, spaced(unaccented(`${title}\n${body}`)), formsIn(body)],
    );
  }

  #unindex(row: number): void {
    this.#sql.exec(`DELETE FROM stems_${this.#side} WHERE rowid = ?`, row);
    this.#sql.exec(`DELETE FROM forms_${this.#side} WHERE rowid = ?`, row);
  }

  /** Writes owners and vectors of rows; those without a text lose theirs. */
  #write(
    texts: ReadonlyMap<number, { title: string; body: string } | undefined>,
    owner: number | undefined,
  ): void {
    const { candidate, topics, words } = this.#meanings;
    const each = <T>(make: (text: { title: string; body: string }) => T | undefined) =>
      new Map([...texts].map(([row, text]) => [row, text && make(text)]));
    this.#vectors.writeOwners(
      this.#side,
      each(() => owner),
    );
    this.#vectors.writeVectors(
      this.#side,
      "words",
      words.dimensions,
      each((text) => passageWords(words, text)),
    );
    if (topics) {
      const { model, number } = topics;
      const vectors = each((text) => passageTopics(model, text));
      this.#vectors.writeVectors(this.#side, `topics-${number}`, model.dimensions, vectors);
    }
    if (candidate === null) return;
    const blocks = new Set([...texts.keys()].map((row) => Math.floor(row / ROWS_PER_BLOCK)));
    for (const block of blocks) dropBlock(this.#sql, this.#side, `topics-${candidate}`, block);
  }

  /** Rows that came free, the lowest first, then those after the last one. */
  *#freeRows(): Generator<number, never> {
    for (;;) {
      const query = `DELETE FROM free_${this.#side} WHERE row = (SELECT min(row) FROM free_${this.#side}) RETURNING row`;
      const free = this.#sql.exec<{ row: number }>(query).toArray()[0];
      if (free === undefined) break;
      yield free.row;
    }
    const query = `SELECT coalesce(max(row), 0) AS row FROM passages_${this.#side}`;
    let { row } = this.#sql.exec<{ row: number }>(query).one();
    for (;;) yield ++row;
  }
}

/** The parts of identifiers, each once, and the signs of mathematics in their order, where a text has any. */
function formsIn(text: string): string {
  const identifiers = text.match(/[\p{L}\p{N}_.]+/gu) ?? [];
  const forms = new Set(identifiers.flatMap(identifierParts));
  return [...forms, ...mathTokens(text)].join(" ");
}
