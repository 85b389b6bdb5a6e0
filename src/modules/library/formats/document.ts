/** Where a unit stands in its document, as a reader would name it. Numbers start at 1. */
export type Place =
  | { page: number }
  | { chapter: number; heading: string }
  | { cell: number }
  | { heading: string };

/** A heading inside a unit: the text from `start` on stands under it, until the next of its level or above. */
export interface Heading {
  level: number;
  title: string;
  start: number;
}

/** A heading that stands before the unit which it is given with. */
export type OuterHeading = Pick<Heading, "level" | "title">;

/**
 * One addressable piece of a document: a page, a chapter, a cell or a section. `text` is already clean, its
 * blocks stand apart by a blank line, and every offset in the product counts its UTF-16 characters.
 */
export interface Unit {
  index: number;
  place: Place;
  text: string;
  headings: Heading[];
  /** The headings in force where the unit begins, outermost first. */
  above?: OuterHeading[];
}

export interface DocumentMetadata {
  title?: string;
  author?: string;
  language?: string;
}

/** A document opened for reading. `read` gives the units [from, to), the same bytes for the same range at every call. */
export interface OpenDocument {
  readonly unitCount: number;
  readonly metadata: DocumentMetadata;
  read(from: number, to: number): Promise<Unit[]>;
  close(): Promise<void>;
}

export const FORMATS = ["pdf", "epub", "notebook", "markdown", "html", "text"] as const;
export type Format = (typeof FORMATS)[number];

/** Why a document can't be read; each ends its ingestion as `failed` with this code. */
export const UNREADABLE_CODES = [
  "documents.empty",
  "documents.encrypted",
  "documents.corrupt",
  "documents.no_text",
  "documents.bomb",
  "documents.too_large",
  "documents.type_mismatch",
  "documents.unsupported_type",
] as const;
export type UnreadableCode = (typeof UNREADABLE_CODES)[number];

export class UnreadableDocument extends Error {
  override readonly name = "UnreadableDocument";
  readonly code: UnreadableCode;

  constructor(code: UnreadableCode, detail: string) {
    super(detail);
    this.code = code;
  }
}
