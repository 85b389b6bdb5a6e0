import type { Findings } from "../findings.ts";
import type { TimeZone } from "../time-zone.ts";
import { DAY, MINUTE } from "../timeframe.ts";
import { type DateOrder, dayOf, type Moment } from "./dates.ts";
import { CsvRefusal } from "./refusal.ts";

/** Room for a day or a month in a date that is kept as two numbers. */
const PART = 32;
/** The least code of such a date, far beyond the days of any that was clear at once. */
const LEAST_CODE = 1_000 * PART * PART;

/**
 * Makes instants of the dates of one file. Which of two numbers is the month, and whether there are times of day at all, is
 * known only at its end; until then a date is kept as a number.
 */
export class Moments {
  readonly #given: DateOrder | undefined;
  #dayFirst: number | undefined;
  #monthFirst: number | undefined;
  #numbers: number | undefined;
  #zoned: boolean | undefined;
  #onlyDays = true;

  constructor(order?: DateOrder) {
    this.#given = order;
  }

  /** The number that stands for a moment until `resolve`. Throws a `CsvRefusal` where rows are of different kinds. */
  keep(moment: Moment, row: number): number {
    const zoned = moment.offset !== undefined;
    this.#zoned ??= zoned;
    if (this.#zoned !== zoned)
      throw new CsvRefusal("dates_mixed", "times with a zone and times without one are mixed", row);
    this.#onlyDays &&= moment.clock === 0;
    if (moment.day !== undefined) return moment.day + moment.clock;
    return this.#keepNumbers(moment, row);
  }

  #keepNumbers({ year, first, second, clock }: Moment, row: number): number {
    this.#numbers ??= row;
    if (first > 12) this.#dayFirst ??= row;
    if (second > 12) this.#monthFirst ??= row;
    return ((year * PART + first) * PART + second) * DAY + clock;
  }

  /** The order of day and month; undefined where the dates leave no choice. Throws a `CsvRefusal` if nothing decides. */
  get order(): DateOrder | undefined {
    if (this.#numbers === undefined) return undefined;
    if (this.#dayFirst !== undefined && this.#monthFirst !== undefined)
      throw new CsvRefusal(
        "dates_mixed",
        `the day comes first in row ${this.#dayFirst} and second in row ${this.#monthFirst}`,
      );
    const found = this.#dayFirst !== undefined ? "dmy" : this.#monthFirst !== undefined ? "mdy" : undefined;
    const order = found ?? this.#given;
    if (order !== undefined) return order;
    throw new CsvRefusal(
      "dates_ambiguous",
      'no day is above 12, so that dates as 3/4/2020 can be read in two ways: give "date_order" as "dmy" or "mdy"',
      this.#numbers,
    );
  }

  /** Whether there are only days: no time of day is other than midnight. */
  get onlyDays(): boolean {
    return this.#onlyDays;
  }

  /**
   * Turns kept numbers into ms since 1970, UTC, in place. Days are midnight UTC whatever the zone, so that none slips to its
   * neighbour. A local time that comes twice is the earlier one, unless the row before is as late; one that never was is NaN.
   */
  resolve(
    moments: Float64Array,
    offsets: Float64Array,
    zone: TimeZone,
    report: { findings: Findings; symbol: string; rows: Float64Array },
  ): void {
    if (this.order !== undefined) this.#decodeNumbers(moments, report);
    if (this.#onlyDays) return;
    if (this.#zoned) {
      for (let at = 0; at < moments.length; at += 1)
        moments[at] = (moments[at] ?? 0) - (offsets[at] ?? 0) * MINUTE;
    } else if (zone.name !== "UTC") localToUtc(moments, zone, report);
  }

  #decodeNumbers(
    moments: Float64Array,
    { findings, symbol, rows }: { findings: Findings; symbol: string; rows: Float64Array },
  ): void {
    const monthFirst = this.order === "mdy";
    for (let at = 0; at < moments.length; at += 1) {
      const kept = moments[at] ?? 0;
      const code = Math.floor(kept / DAY);
      if (code < LEAST_CODE) continue;
      const [first, second] = [Math.floor(code / PART) % PART, code % PART];
      const year = Math.floor(code / (PART * PART));
      const day = monthFirst ? dayOf(year, first, second) : dayOf(year, second, first);
      moments[at] = day === undefined ? Number.NaN : day + (kept - code * DAY);
      if (day === undefined)
        findings.add(
          "row_unreadable",
          { symbol, row: rows[at] },
          () => `no date: ${first}/${second}/${year}`,
        );
    }
  }
}

function localToUtc(
  moments: Float64Array,
  zone: TimeZone,
  { findings, symbol, rows }: { findings: Findings; symbol: string; rows: Float64Array },
): void {
  const falls = (moments[0] ?? 0) > (moments.at(-1) ?? 0);
  let before = falls ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  for (let at = 0; at < moments.length; at += 1) {
    const local = moments[at] ?? 0;
    if (Number.isNaN(local)) continue;
    const [earlier, later] = zone.instantsOf(local);
    const place = { symbol, row: rows[at] };
    const shown = () => `${new Date(local).toISOString().slice(0, 19)} in ${zone.name}`;
    if (earlier === undefined) findings.add("local_time_missing", place, () => `${shown()} never was`);
    if (later !== undefined) findings.add("local_time_ambiguous", place, () => `${shown()} came twice`);
    const instant = earlier === undefined ? Number.NaN : chosen(earlier, later, before, falls);
    moments[at] = instant;
    if (!Number.isNaN(instant)) before = instant;
  }
}

/** Of two instants, the one that keeps the order of the rows. */
function chosen(earlier: number, later: number | undefined, before: number, falls: boolean): number {
  if (later === undefined) return earlier;
  if (falls) return later < before ? later : earlier;
  return earlier > before ? earlier : later;
}
