import type { ChunkId, DocumentId, JobId } from "../../../platform/ids.ts";
import type { Neighbour } from "../embeddings/types.ts";
import type { Signals } from "../ranking/weights.ts";
import type { Span } from "../text/highlights.ts";
import type { Intent } from "../text/intents.ts";

/** Where a chunk stands: the place of its unit and character offsets in that unit. */
export type Locator = (
  | { page: number }
  | { chapter: number; heading: string }
  | { cell: number }
  | { heading: string }
) &
  Span;

export interface IndexedDocument {
  id: DocumentId;
  title: string;
  author: string | null;
  category: string | null;
  language: string | null;
  tags: string[];
  /** The version of this metadata; the index keeps the newest that it was told. */
  version: number;
}

export interface StoredChunk {
  id: ChunkId;
  /** Its number in the document, from 0 and without a hole. */
  index: number;
  text: string;
  locator: Locator;
}

export interface IndexedChunk extends StoredChunk {
  /** The number of its unit in the document, from 0. */
  unit: number;
  heading: string;
  /** Its place in the unit's text as UTF-8. */
  bytes: Span;
}

/** A build is one making of a document's chunks, named by its job; a later job's name sorts after. */
export type Build = JobId;

/** `stale`: a later build began, or this one was abandoned. `removed`: the document is gone. */
export type BuildAnswer = "ok" | "stale" | "removed";

export interface SearchFilters {
  document_ids?: string[] | undefined;
  category?: string | undefined;
  author?: string | undefined;
  language?: string | undefined;
  tags?: string[] | undefined;
}

/** `bm25` ranks by words alone, `vector` by meaning alone. */
export const MODES = ["hybrid", "bm25", "vector"] as const;
export type Mode = (typeof MODES)[number];

export interface IndexQuery {
  query: string;
  intent: Intent;
  /** How sure the detection of the intent is; 1 where the caller named it. */
  confidence: number;
  mode: Mode;
  filters: SearchFilters;
  limit: number;
  facets: boolean;
  /** What an outside model finds near the query, if there is one. */
  neighbours: Neighbour[];
}

export interface Ranked {
  id: ChunkId;
  /** From 0 to 1, over the best one's. */
  score: number;
}

export interface IndexHit extends StoredChunk {
  document_id: DocumentId;
  document_version: number;
  title: string;
  bytes: Span;
  highlights: Span[];
}

export interface ScoredHit extends IndexHit {
  /** From 0 to 1, over the best one's. */
  score: number;
  /** What the score is made of, before it was divided by the best one's. */
  parts: Signals;
}

export type Facets = Record<"category" | "author" | "language" | "tags", { value: string; count: number }[]>;

export interface IndexAnswer {
  hits: ScoredHit[];
  /** Passages that match, counted up to 1,000. */
  total: number;
  /** Whether the library's own topics took part. */
  trained: boolean;
  cached: boolean;
  facets: Facets | undefined;
  /** What the query may have been meant to say. */
  suggestions: string[];
  /** Rows that the index read for this answer. */
  rows_read: number;
}
