import type { LsaModel } from "../vectors/lsa.ts";
import type { Side } from "./schema.ts";

/**
 * What a stem tells: ln(1 + (N - df + .5) / (df + .5)). A trained library knows it by heart; before that the words of a
 * few hundred passages are counted and remembered.
 */
export class Idf {
  readonly #sql: SqlStorage;
  #side: Side = 0;
  #passages = 0;
  #known = new Map<string, number>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  of(side: Side, passages: number, model: LsaModel | undefined): (stem: string) => number {
    if (model) return (stem) => idfOf(model, stem);
    if (side !== this.#side || passages !== this.#passages) this.#known = new Map();
    this.#side = side;
    this.#passages = passages;
    return (stem) => this.#counted(stem);
  }

  /** Counts anew from now on: another text of as many passages is another library. */
  forget(): void {
    this.#known = new Map();
  }

  #counted(stem: string): number {
    const known = this.#known.get(stem);
    if (known !== undefined) return known;
    const query = `SELECT doc FROM stem_counts_${this.#side} WHERE term = ?`;
    const df = this.#sql.exec<{ doc: number }>(query, stem).toArray()[0]?.doc ?? 0;
    const idf = Math.log(1 + (this.#passages - df + 0.5) / (df + 0.5));
    this.#known.set(stem, idf);
    return idf;
  }
}

/** A stem that the topics don't know stands in one passage at most. */
function idfOf({ passages, rarity, terms }: LsaModel, stem: string): number {
  const term = terms.get(stem);
  const known = term === undefined ? undefined : rarity[term];
  return known ?? Math.log(1 + (passages - 0.5) / 1.5);
}
