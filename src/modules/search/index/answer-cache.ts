import type { IndexAnswer, IndexQuery } from "./types.ts";

const MOST = 200;
/** Longer answers are of exports, and asked for once. */
const MOST_HITS = 100;

/** Answers given lately, until the library changes. */
export class AnswerCache {
  readonly #answers = new Map<string, IndexAnswer>();

  get(query: IndexQuery): IndexAnswer | undefined {
    const key = JSON.stringify(query);
    const answer = this.#answers.get(key);
    if (answer === undefined) return undefined;
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    return { ...answer, cached: true, rows_read: 0 };
  }

  put(query: IndexQuery, answer: IndexAnswer): void {
    if (answer.hits.length > MOST_HITS) return;
    this.#answers.set(JSON.stringify(query), answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST && oldest !== undefined) this.#answers.delete(oldest);
  }

  clear(): void {
    this.#answers.clear();
  }
}
