export const DOCUMENT_STATUSES = [
  "uploaded",
  "processing",
  "indexing",
  "completed",
  "failed",
  "cancelled",
] as const;
export type DocumentStatus = (typeof DOCUMENT_STATUSES)[number];

/** Whether an ingestion is under way; reprocessing then has to be forced. */
export function isUnderWay(status: DocumentStatus): boolean {
  return status === "uploaded" || status === "processing" || status === "indexing";
}

/** Units between two checkpoints. Fixed, so that a repeated range is cut at the same borders. */
export const UNITS_PER_RANGE = 20;

export const MAX_TAGS = 20;
export const MAX_TAG_LENGTH = 50;

/** `tags=risk, pairs trading` as a list: trimmed, without repeats. */
export function tagsOf(text: string): string[] {
  const tags = text.split(",").map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag.length > 0))];
}

const MAX_WORDS = 64;

/** The words by which a list's text filter finds a document, lower-cased and without repeats. */
export function wordsOfDocument(fields: (string | null)[]): string[] {
  const words = fields.flatMap((field) => listWords(field ?? ""));
  return [...new Set(words)].slice(0, MAX_WORDS);
}

/** More words than this narrow a list no further in practice, and each costs a look-up a row. */
export const MAX_FILTER_WORDS = 8;

export function listWords(text: string): string[] {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** The text up to a length, never ending in half a character. */
export function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

/** A title for a file that brings none: its name without the ending. */
export function titleOfFile(fileName: string): string {
  const title = fileName
    .replace(/\.[A-Za-z0-9]{1,8}$/, "")
    .replace(/[_\s]+/g, " ")
    .trim();
  return cut(title || fileName || "Untitled", 300);
}
