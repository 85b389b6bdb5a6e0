/**
 * What can be wrong with bars. An error means that a backtest on them would mislead; a warning, that a look at them is
 * worth it.
 */
const SEVERITIES = {
  row_unreadable: "error",
  local_time_missing: "error",
  local_time_ambiguous: "warning",
  row_incomplete: "warning",
  volume_missing: "warning",
  newest_first: "warning",
  unsorted: "warning",
  duplicate_same: "warning",
  duplicate_conflicting: "error",
  price_not_positive: "error",
  high_below_low: "error",
  open_outside: "error",
  close_outside: "error",
  volume_negative: "error",
  volume_zero: "warning",
  volume_absent: "warning",
  timeframe_irregular: "warning",
  gap: "warning",
  session_short: "warning",
  split_probable: "warning",
  outlier: "warning",
} as const;

export type FindingCode = keyof typeof SEVERITIES;
export type Severity = (typeof SEVERITIES)[FindingCode];

/** One place of a finding: the row of the file (its header's being 1) where there is a file, the bar's time in UTC. */
export interface FindingExample {
  symbol?: string;
  row?: number;
  time?: string;
  detail: string;
}

export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** All that were found. */
  count: number;
  /** The first of them. */
  examples: FindingExample[];
}

/** Examples that a finding keeps, whatever its count. */
export const MAX_EXAMPLES = 5;

/** Where something was found: what isn't known is left out. */
export interface Place {
  symbol?: string | undefined;
  row?: number | undefined;
  /** Ms since 1970, UTC. */
  time?: number | undefined;
}

/** Counts what is found, and keeps the first examples of each kind. */
export class Findings {
  readonly #found = new Map<FindingCode, Finding>();

  /** The detail is asked for only where it is kept. */
  add(code: FindingCode, { symbol, row, time }: Place, detail: () => string): void {
    const finding = this.#found.get(code) ?? { code, severity: SEVERITIES[code], count: 0, examples: [] };
    this.#found.set(code, finding);
    finding.count += 1;
    if (finding.examples.length >= MAX_EXAMPLES) return;
    finding.examples.push({
      ...(symbol === undefined || symbol === "" ? {} : { symbol }),
      ...(row === undefined ? {} : { row }),
      ...(time === undefined ? {} : { time: new Date(time).toISOString() }),
      detail: detail(),
    });
  }

  /** Errors first, each kind in the order of its first place. */
  list(): Finding[] {
    const all = [...this.#found.values()];
    return [
      ...all.filter(({ severity }) => severity === "error"),
      ...all.filter(({ severity }) => severity === "warning"),
    ];
  }
}
