import { DAY } from "./timeframe.ts";

const SECOND = 1000;

/** A day's offset from UTC in ms: `before` until the instant `change`, `after` from it on. */
interface DayOffset {
  before: number;
  change: number;
  after: number;
}

/** What a local time stands for: one instant, two (the clock was set back) or none (it was set forward). */
export type Instants = readonly [] | readonly [number] | readonly [earlier: number, later: number];

/**
 * An IANA time zone by the runtime's own tables. Offsets are remembered by the day, so that a million bars cost a few
 * thousand look-ups. Local times are ms since 1970 as a clock on the wall there would count them.
 */
export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  readonly #days = new Map<number, DayOffset>();

  /** Throws a RangeError for a name that is no time zone. */
  constructor(name: string) {
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    this.name = this.#format.resolvedOptions().timeZone;
  }

  /** Local time minus UTC at an instant, in ms. */
  offsetAt(instant: number): number {
    if (this.name === "UTC") return 0;
    const { before, change, after } = this.#offsetOfDay(Math.floor(instant / DAY));
    return instant < change ? before : after;
  }

  /** The clock on the wall at an instant. */
  localAt(instant: number): number {
    return instant + this.offsetAt(instant);
  }

  /** The instants at which the clock on the wall shows `local`. */
  instantsOf(local: number): Instants {
    const earlier = local - this.offsetAt(local - DAY);
    const later = local - this.offsetAt(local + DAY);
    const found = [Math.min(earlier, later), Math.max(earlier, later)] as const;
    const [first, second] = found.map((instant) => this.localAt(instant) === local);
    if (first && second) return earlier === later ? [earlier] : found;
    if (first) return [found[0]];
    return second ? [found[1]] : [];
  }

  /** The instant of a local time; the earlier of two; where the clock jumps over it, the instant of the jump. */
  instantOf(local: number): number {
    const [instant] = this.instantsOf(local);
    if (instant !== undefined) return instant;
    const earliest = local - Math.max(this.offsetAt(local - DAY), this.offsetAt(local + DAY));
    return this.#changeBetween(earliest, earliest + DAY);
  }

  #offsetOfDay(day: number): DayOffset {
    const known = this.#days.get(day);
    if (known !== undefined) return known;
    const start = day * DAY;
    const before = this.#look(start);
    const after = this.#look(start + DAY - SECOND);
    const change = before === after ? start : this.#changeBetween(start, start + DAY - SECOND);
    const found = { before, change, after };
    this.#days.set(day, found);
    return found;
  }

  /** The first second in (from, to] with another offset than at `from`, both being whole seconds. */
  #changeBetween(from: number, to: number): number {
    const before = this.#look(from);
    let [same, other] = [from / SECOND, to / SECOND];
    while (other - same > 1) {
      const middle = Math.floor((same + other) / 2);
      if (this.#look(middle * SECOND) === before) same = middle;
      else other = middle;
    }
    return other * SECOND;
  }

  #look(instant: number): number {
    const part: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(instant)) part[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / SECOND) * SECOND;
  }
}

/** Days are the same everywhere here: what has a date and no time of day is kept as midnight UTC. */
export const UTC = new TimeZone("UTC");
