import type { ChunkId, DeskId } from "../../../platform/ids.ts";

export interface Passage {
  id: ChunkId;
  text: string;
}

/** A passage near a query in meaning. */
export interface Neighbour {
  id: ChunkId;
  /** Cosine of the angle between the two, -1 to 1: larger is nearer. */
  score: number;
}

/** Vectors of a desk's passages, kept outside its index. Another desk's passages do not exist in any of its methods. */
export interface Embeddings {
  /** Keeps a vector for each passage in place of the one that the id had. May take seconds to be found by `nearest`. */
  upsert(desk: DeskId, passages: Passage[]): Promise<void>;
  /** Ids without a vector are passed over. */
  remove(desk: DeskId, ids: ChunkId[]): Promise<void>;
  /**
   * At most `limit` passages, up to a hundred, the nearest first. One that was removed a moment ago may still be among
   * them, so the caller looks each up in the desk's index.
   */
  nearest(desk: DeskId, query: string, limit: number, signal?: AbortSignal): Promise<Neighbour[]>;
}
