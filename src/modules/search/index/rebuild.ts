import { clearSide } from "./schema.ts";
import type { Shelf } from "./shelf.ts";
import { type StagedRow, unstageBuild } from "./staging.ts";
import { otherSide, readState, writeState } from "./state.ts";
import { dropCandidate } from "./training.ts";
import type { Build } from "./types.ts";

/** Opens the side that isn't read for a rebuild by this job; a rebuild that another job left behind is dropped. */
export function openRebuild(sql: SqlStorage, job: Build): void {
  const { flipped_by, live, rebuild } = readState(sql);
  if (rebuild === job || flipped_by === job) return;
  dropCandidate(sql);
  if (rebuild !== null) unstageBuild(sql, rebuild);
  clearSide(sql, otherSide(live));
  writeState(sql, { rebuild: job });
}

/** Drops what the job has built; what is read stays as it was. */
export function dropRebuild(sql: SqlStorage, job: Build): void {
  const { live, rebuild } = readState(sql);
  if (rebuild !== job) return;
  clearSide(sql, otherSide(live));
  writeState(sql, { rebuild: null });
  unstageBuild(sql, job);
}

/** No step takes over more passages, but for a single document that has more: a step must end within its time. */
const PASSAGES_PER_STEP = 5_000;

/**
 * Takes documents that the job left alone, because they were under way, over as they are; at most `limit`. When none is
 * left the new side is read and the old one dropped, all at once. Answers whether it is done.
 */
export function finishRebuild(sql: SqlStorage, job: Build, limit: number, shelf: Shelf): boolean {
  const { flipped_by, live, rebuild } = readState(sql);
  if (rebuild !== job) return flipped_by === job;
  const next = otherSide(live);
  const left = sql
    .exec<{ number: number; title: string; build: string; chunks: number }>(
      `SELECT d.number, d.title, o.build, o.chunks FROM published_${live} o JOIN documents d ON d.number = o.document
       WHERE d.removed = 0 AND NOT EXISTS (SELECT 1 FROM published_${next} n WHERE n.document = o.document) LIMIT ?`,
      limit,
    )
    .toArray();
  let room = PASSAGES_PER_STEP;
  for (const document of left) {
    if (room < PASSAGES_PER_STEP && document.chunks > room) return false;
    room -= document.chunks;
    const passages = sql.exec<StagedRow>(
      `SELECT idx, id, locator, bytes, heading, body FROM passages_${live} WHERE document = ? ORDER BY idx`,
      document.number,
    );
    shelf.replace(document, document.build, passages);
  }
  if (left.length === limit) return false;
  writeState(sql, { live: next, rebuild: null, flipped_by: job, trained_on: 0 });
  unstageBuild(sql, job);
  clearSide(sql, live);
  return true;
}
