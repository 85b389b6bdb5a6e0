import type { IndexAnswer, IndexQuery } from "./types.ts";

const MOST = 200;
/** What all answers together may take; a hundred long passages, all of them marked, take megabytes. */
const MOST_BYTES = 8_000_000;
const BYTES_PER_CHARACTER = 2;
const BYTES_PER_HIT = 1_000;
const BYTES_PER_SPAN = 50;

interface Kept {
  answer: IndexAnswer;
  bytes: number;
}

/** Answers given lately, until the library changes. */
export class AnswerCache {
  readonly #answers = new Map<string, Kept>();
  #bytes = 0;

  get(query: IndexQuery): IndexAnswer | undefined {
    const key = JSON.stringify(query);
    const kept = this.#answers.get(key);
    if (kept === undefined) return undefined;
    this.#answers.delete(key);
    this.#answers.set(key, kept);
    return { ...kept.answer, cached: true, rows_read: 0 };
  }

  put(query: IndexQuery, answer: IndexAnswer): void {
    const key = JSON.stringify(query);
    const bytes = key.length * BYTES_PER_CHARACTER + bytesOf(answer);
    this.#drop(key);
    this.#answers.set(key, { answer, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= MOST && this.#bytes <= MOST_BYTES) break;
      this.#drop(oldest);
    }
  }

  clear(): void {
    this.#answers.clear();
    this.#bytes = 0;
  }

  #drop(key: string): void {
    this.#bytes -= this.#answers.get(key)?.bytes ?? 0;
    this.#answers.delete(key);
  }
}

function bytesOf({ hits }: IndexAnswer): number {
  return hits.reduce(
    (sum, { highlights, text }) =>
      sum + BYTES_PER_HIT + text.length * BYTES_PER_CHARACTER + highlights.length * BYTES_PER_SPAN,
    0,
  );
}
