import type { UserId } from "../../../platform/ids.ts";
import type { Mode } from "../index/types.ts";
import type { Intent } from "../text/intents.ts";
import type { Figures } from "./policy.ts";

/** One search, as whoever answered it tells the journal of it. */
export interface SearchEntry {
  user: UserId;
  query: string;
  intent: Intent;
  mode: Mode;
  /** How many passages matched; none is a miss. */
  total: number;
  took_ms: number;
  cached: boolean;
  /** Milliseconds since 1970. */
  at: number;
}

/** A query in its normal form, how many people asked it in the window, and when one of them last did. */
export interface AskedQuery {
  query: string;
  users: number;
  last_at: number;
}

export interface Trends {
  queries: AskedQuery[];
  no_hits: AskedQuery[];
}

export interface Activity {
  user: UserId;
  searches: number;
}

export interface Analysis extends Trends {
  figures: Figures;
  active_users: Activity[];
  /** The size of the journal's own database. */
  journal_bytes: number;
}
