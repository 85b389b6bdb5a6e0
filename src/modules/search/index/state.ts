import type { Side } from "./schema.ts";
import type { Build } from "./types.ts";

/** What the index is doing; one row. */
export interface IndexState extends Record<string, SqlStorageValue> {
  /** The side that is read. */
  live: Side;
  /** The job that fills the other side, if one does. */
  rebuild: Build | null;
  flipped_by: Build | null;
  /** The topics in use, 0 for none, and how many passages there were when they were trained. */
  model: number;
  trained_on: number;
  /** Topics that were trained and are not yet in use, for not every passage has its vector. */
  candidate: number | null;
  /** Until then, in ms since 1970, somebody else is training. */
  training_until: number;
  last_model: number;
}

const COLUMNS = "live, rebuild, flipped_by, model, trained_on, candidate, training_until, last_model";

export function readState(sql: SqlStorage): IndexState {
  return sql.exec<IndexState>(`SELECT ${COLUMNS} FROM state WHERE id = 1`).one();
}

export function writeState(sql: SqlStorage, changes: Partial<IndexState>): void {
  const state = { ...readState(sql), ...changes };
  sql.exec(
    `UPDATE state SET live = ?, rebuild = ?, flipped_by = ?, model = ?, trained_on = ?, candidate = ?, training_until = ?,
       last_model = ? WHERE id = 1`,
    state.live,
    state.rebuild,
    state.flipped_by,
    state.model,
    state.trained_on,
    state.candidate,
    state.training_until,
    state.last_model,
  );
}

export const otherSide = (side: Side): Side => (side === 0 ? 1 : 0);

/** The sides that a change of the library must reach. */
export function openSides({ live, rebuild }: IndexState): Side[] {
  return rebuild === null ? [live] : [live, otherSide(live)];
}

/** How many passages a side holds: its highest row less the rows that came free. */
export function countPassages(sql: SqlStorage, side: Side): number {
  const highest = `max((SELECT coalesce(max(row), 0) FROM passages_${side}), (SELECT coalesce(max(row), 0) FROM free_${side}))`;
  return sql.exec<{ n: number }>(`SELECT ${highest} - (SELECT count(*) FROM free_${side}) AS n`).one().n;
}
