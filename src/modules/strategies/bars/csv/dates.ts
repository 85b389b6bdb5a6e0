import { DAY, HOUR, MINUTE } from "../timeframe.ts";

/** Years that bars can be of. */
const [FIRST_YEAR, LAST_YEAR] = [1800, 2199];

export const DATE_ORDERS = ["dmy", "mdy"] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/**
 * A date as it is written. `day` is ms since 1970 at its midnight, or, for `3/4/2020`, undefined with the year and the two
 * numbers, of which only the whole file can tell the month. `clock` is ms since midnight as written, `offset` what the
 * written zone adds to UTC, in minutes.
 */
export interface Moment {
  day: number | undefined;
  year: number;
  first: number;
  second: number;
  clock: number;
  offset: number | undefined;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const ISO = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)(.*)$/;
const NUMBERS = /^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)(.*)$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})((?:[T ]|(?=\d{4})).*)?$/;
const DAY_NAME = /^(\d{1,2})[- ]([A-Za-z]{3,9})[-, ]{1,2}(\d{4})(?!\d)(.*)$/;
const NAME_DAY = /^([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})(?!\d)(.*)$/;
const EPOCH = /^(\d{9,10}|\d{12,13}|\d{15,16}|\d{18,19})(?:\.\d{1,9})?$/;
const CLOCK =
  /^(?:T|[ ,]{0,2})(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)? ?([AaPp]\.?[Mm]\.?)?(?: ?(Z|z|UTC|GMT)?([+-]\d{2}(?::?\d{2})?)?)$/;

/** Ms since 1970 at the midnight of a date; undefined for one that never was, or that no bar is of. */
export function dayOf(year: number, month: number, day: number): number | undefined {
  if (year < FIRST_YEAR || year > LAST_YEAR) return undefined;
  const midnight = Date.UTC(year, month - 1, day);
  const date = new Date(midnight);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? midnight : undefined;
}

/**
 * Reads ISO dates with and without time and zone, YYYYMMDD[HHMM[SS]], DD.MM.YYYY, DD/MM/YYYY or MM/DD/YYYY, `19-Aug-2004`,
 * `Aug 19, 2004`, and seconds, ms, µs or ns since 1970. A time of day in a column of its own is passed as `time`. Undefined
 * for all else, two-digit years among it.
 */
export function readMoment(cell: string, time = ""): Moment | undefined {
  const date = readDate(cell);
  if (date === undefined) return undefined;
  const { rest, epoch, ...parts } = date;
  if (epoch !== undefined) return { ...parts, day: epoch.day, clock: epoch.clock, offset: 0 };
  const clock = readClock(rest === "" ? paddedClock(time) : rest);
  return clock === undefined ? undefined : { ...parts, ...clock };
}

interface WrittenDate {
  day: number | undefined;
  year: number;
  first: number;
  second: number;
  rest: string;
  epoch?: { day: number; clock: number };
}

function readDate(cell: string): WrittenDate | undefined {
  const iso = ISO.exec(cell);
  if (iso) return fixed(iso[1], iso[3], iso[4], iso[5]);
  const numbers = NUMBERS.exec(cell);
  if (numbers) return ofNumbers(numbers);
  const compact = COMPACT.exec(cell);
  const dated = compact && fixed(compact[1], compact[2], compact[3], compact[4]);
  if (dated) return dated;
  if (EPOCH.test(cell)) return ofEpoch(cell);
  const dayName = DAY_NAME.exec(cell);
  if (dayName) return fixed(dayName[3], monthOf(dayName[2]), dayName[1], dayName[4]);
  const nameDay = NAME_DAY.exec(cell);
  return nameDay ? fixed(nameDay[3], monthOf(nameDay[1]), nameDay[2], nameDay[4]) : undefined;
}

type Digits = string | number | undefined;

function fixed(year: Digits, month: Digits, dayOfMonth: Digits, rest = ""): WrittenDate | undefined {
  const day = dayOf(Number(year), Number(month), Number(dayOfMonth));
  return day === undefined ? undefined : { day, year: 0, first: 0, second: 0, rest };
}

/** With points the day comes first everywhere; with slashes and dashes it may be either. */
function ofNumbers([, first, separator, second, year, rest = ""]: RegExpExecArray): WrittenDate | undefined {
  if (separator === ".") return fixed(year, second, first, rest);
  return { day: undefined, year: Number(year), first: Number(first), second: Number(second), rest };
}

/** The number of its digits tells its unit; a fraction of a ms is cut. */
function ofEpoch(cell: string): WrittenDate | undefined {
  const [whole = "", fraction = ""] = cell.split(".");
  const ms =
    whole.length <= 10
      ? Number(whole + fraction.padEnd(3, "0").slice(0, 3))
      : Number(whole.slice(0, whole.length % 3 === 1 ? 13 : 12));
  const day = Math.floor(ms / DAY) * DAY;
  return { day, year: 0, first: 0, second: 0, rest: "", epoch: { day, clock: ms - day } };
}

const monthOf = (name = "") => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;

/** `930` is 9:30 and `93000` is 9:30:00. */
const paddedClock = (time: string) => (/^(\d{3}|\d{5})$/.test(time) ? `0${time}` : time);

function readClock(text: string): { clock: number; offset: number | undefined } | undefined {
  if (text.trim() === "") return { clock: 0, offset: undefined };
  const [, hour, minute, second = "0", fraction = "", half, name, shift] = CLOCK.exec(text) ?? [];
  if (hour === undefined) return undefined;
  const hours = hourOf(Number(hour), half);
  if (hours === undefined || Number(minute) > 59 || Number(second) > 59) return undefined;
  const ms = Number(fraction.padEnd(3, "0").slice(0, 3));
  const clock = hours * HOUR + Number(minute) * MINUTE + Number(second) * 1000 + ms;
  return { clock, offset: shift === undefined ? (name === undefined ? undefined : 0) : minutesOf(shift) };
}

function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0);
}

function minutesOf(shift: string): number {
  const minutes = Number(shift.slice(1, 3)) * 60 + Number(shift.slice(3).replace(":", "") || "0");
  return shift.startsWith("-") ? -minutes : minutes;
}
