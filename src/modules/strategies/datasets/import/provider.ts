import type { PRICES } from "../../bars/csv/raw-rows.ts";

/** A bar as a provider writes it: not yet understood, but of no more than one line. */
export type ProviderRow = Record<"symbol" | "date" | "time" | "volume" | (typeof PRICES)[number], string>;

export interface ProviderRequest {
  url: string;
  headers: Record<string, string>;
  /** An answer that is larger is refused unread. */
  max_bytes: number;
}

export interface ProviderPage {
  rows: ProviderRow[];
  /** What asks for the next page of the same part; null where this was its last. */
  next: string | null;
}

/** A source of bars over HTTP. A part is one series of pages; parts are asked one after another, from 0. */
export interface Provider {
  parts: number;
  requestOf(part: number, token: string | null): ProviderRequest;
  /** Throws an `UnreadableAnswer`. */
  read(answer: Uint8Array, part: number): ProviderPage;
}

/** An answer that holds no bars of the form that was asked for. Its message says what is wanted and quotes nothing. */
export class UnreadableAnswer extends Error {
  override readonly name = "UnreadableAnswer";
}

export function textOf(answer: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(answer);
  } catch {
    throw new UnreadableAnswer("is no text in UTF-8");
  }
}

export function jsonOf(answer: Uint8Array): unknown {
  try {
    return JSON.parse(textOf(answer));
  } catch {
    throw new UnreadableAnswer("is no JSON");
  }
}

/** A value of an answer as a cell: what could end a cell or a line is a space in it, what is no plain value a question mark. */
export function cellOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string" && typeof value !== "number") return "?";
  return String(value)
    .slice(0, MAX_CELL)
    .replaceAll(/[\s"]+/g, " ")
    .trim();
}

/** Longer than any number or time. */
const MAX_CELL = 64;
