import type { Bars } from "./bars.ts";
import { PRICES, type RawRows } from "./csv/raw-rows.ts";
import type { Findings } from "./findings.ts";

const COLUMNS = ["times", ...PRICES, "volume", "rows"] as const;

/**
 * Bars of rows as they stand in a file: rows without a time or a price are left out, newest-first and unsorted ones are
 * sorted, of several of one time the first is kept; all of it is found. A volume that isn't given is 0.
 */
export function cleaned(
  raw: RawRows,
  symbol: string,
  findings: Findings,
): { bars: Bars; rows: Float64Array } {
  const kept = keptRows(raw, symbol, findings);
  const order = sorted(raw, kept, symbol, findings);
  const unique = withoutDuplicates(raw, order, symbol, findings);
  const isWhole = unique.length === raw.times.length && unique.every((row, at) => row === at);
  const picked = isWhole ? raw : pick(raw, unique);
  fillVolume(picked, symbol, findings);
  const { rows, ...bars } = picked;
  return { bars, rows };
}

function keptRows(raw: RawRows, symbol: string, findings: Findings): Int32Array {
  const kept = new Int32Array(raw.times.length);
  let count = 0;
  for (let row = 0; row < raw.times.length; row += 1) {
    if (Number.isNaN(raw.times[row])) continue; // found where the time was read
    const missing = PRICES.filter((name) => !Number.isFinite(raw[name][row]));
    if (missing.length === 0) {
      kept[count] = row;
      count += 1;
    } else {
      const place = { symbol, row: raw.rows[row], time: raw.times[row] };
      findings.add("row_incomplete", place, () => `no ${missing.join(", ")}; the row is left out`);
    }
  }
  return kept.subarray(0, count);
}

function sorted(raw: RawRows, kept: Int32Array, symbol: string, findings: Findings): Int32Array {
  const { times } = raw;
  const timeAt = (at: number) => times[kept[at] ?? 0] ?? 0;
  let [rises, falls] = [0, 0];
  for (let at = 1; at < kept.length; at += 1) {
    if (timeAt(at) > timeAt(at - 1)) rises += 1;
    if (timeAt(at) < timeAt(at - 1)) falls += 1;
  }
  if (falls === 0) return kept;
  if (rises === 0) {
    findings.add("newest_first", { symbol, row: raw.rows[kept[0] ?? 0] }, () => "the rows were turned round");
    return kept.reverse();
  }
  for (let at = 1; at < kept.length; at += 1) {
    if (timeAt(at) >= timeAt(at - 1)) continue;
    const row = kept[at] ?? 0;
    const place = { symbol, row: raw.rows[row], time: times[row] };
    findings.add("unsorted", place, () => "earlier than the row before; the rows were sorted");
  }
  return kept.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
}

function withoutDuplicates(raw: RawRows, order: Int32Array, symbol: string, findings: Findings): Int32Array {
  let count = 0;
  for (const row of order) {
    const before = order[count - 1];
    if (before === undefined || raw.times[before] !== raw.times[row]) {
      order[count] = row;
      count += 1;
      continue;
    }
    // Rows that were turned round come last first; the first of the file is the one to keep.
    const [first, second] = before < row ? [before, row] : [row, before];
    order[count - 1] = first;
    const same = [...PRICES, "volume" as const].every((name) =>
      Object.is(raw[name][first], raw[name][second]),
    );
    const place = { symbol, row: raw.rows[second], time: raw.times[second] };
    const detail = () =>
      `the time of row ${raw.rows[first]} again, ${same ? "the same" : "with other values"}`;
    findings.add(same ? "duplicate_same" : "duplicate_conflicting", place, detail);
  }
  return order.subarray(0, count);
}

function pick(raw: RawRows, order: Int32Array): RawRows {
  const picked: Partial<RawRows> = {};
  for (const name of COLUMNS) {
    const column = new Float64Array(order.length);
    for (let at = 0; at < order.length; at += 1) column[at] = raw[name][order[at] ?? 0] ?? 0;
    picked[name] = column;
  }
  return { ...raw, ...picked };
}

function fillVolume({ volume, times, rows }: RawRows, symbol: string, findings: Findings): void {
  const given = volume.some((value) => !Number.isNaN(value));
  if (!given) findings.add("volume_absent", { symbol }, () => "no volume is given; it is taken as 0");
  for (let at = 0; at < volume.length; at += 1) {
    if (!Number.isNaN(volume[at])) continue;
    volume[at] = 0;
    const place = { symbol, row: rows[at], time: times[at] };
    if (given) findings.add("volume_missing", place, () => "no volume; it is taken as 0");
  }
}
