import type { ChunkId, DocumentId, JobId } from "../../../platform/ids.ts";
import type { Intent } from "../text/intents.ts";
import type { Span } from "../text/marks.ts";

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

export interface IndexedChunk {
  id: ChunkId;
  /** Its number in the document, from 0 and without a hole. */
  index: number;
  /** The number of its unit in the document, from 0. */
  unit: number;
  heading: string;
  text: string;
  locator: Locator;
}

export interface StoredChunk {
  id: ChunkId;
  index: number;
  text: string;
  locator: Locator;
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

export interface IndexQuery {
  match: string;
  intent: Intent;
  filters: SearchFilters;
  limit: number;
}

export interface IndexHit extends StoredChunk {
  document_id: DocumentId;
  title: string;
  /** -bm25: larger is better, comparable within one answer. */
  relevance: number;
  highlights: Span[];
}
