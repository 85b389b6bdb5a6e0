import { PAGE } from "./bulk-policy.ts";
import type { BulkPosition, Planned, Turned } from "./bulk-run.ts";

/** Rows in which nothing is meant are passed over, so many pages of them at a time. */
const PASSED_OVER = 20;

/** Reads on from a position, in pages of `PAGE` rows, until a page holds something that is picked. */
export async function pageThrough<Row extends { id: string; created_at: number }>(
  from: BulkPosition,
  read: (from: BulkPosition) => Promise<Row[]>,
  pick: (row: Row) => Planned | false,
): Promise<Turned> {
  let at = from;
  for (let passed = 1; ; passed += 1) {
    const rows = await read(at);
    const page = rows.map(pick).filter((planned) => planned !== false);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return { page, after: null };
    at = [last.created_at, last.id];
    if (page.length > 0 || passed >= PASSED_OVER) return { page, after: at };
  }
}

/** How far `at` lies between the two, 0 to 1. */
export const shareOf = (at: number, from: number, to: number): number =>
  to <= from ? 1 : Math.min(1, Math.max(0, (at - from) / (to - from)));
