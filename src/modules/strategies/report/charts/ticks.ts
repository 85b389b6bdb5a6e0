import { day, monthName } from "../format.ts";

export interface Tick {
  at: number;
  label: string;
}

/** Round numbers within a range, at most `most` and at least one step of 1, 2, 2.5 or 5 times a power of ten apart. */
export function roundNumbers(from: number, to: number, most: number): number[] {
  const span = to - from;
  if (!(span > 0) || !Number.isFinite(span)) return [from];
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 2.5, 5, 10].map((unit) => unit * power).find((size) => span / size <= most);
  if (step === undefined) return [from];
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

/** 1, 2 and 5 times powers of ten within a range above 0; only powers where those are enough. */
export function logNumbers(from: number, to: number, most: number): number[] {
  const numbers = (units: readonly number[]) => {
    const found: number[] = [];
    for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power += 1)
      for (const unit of units) {
        const value = Number((unit * 10 ** power).toPrecision(12));
        if (value >= from && value <= to) found.push(value);
      }
    return found;
  };
  const choices = [numbers([1, 2, 3, 5, 7]), numbers([1, 2, 5]), numbers([1, 3]), numbers([1])];
  const fitting = choices.find((choice) => choice.length <= most) ?? choices.at(-1) ?? [];
  return fitting.length > 1 ? fitting : roundNumbers(from, to, most).filter((value) => value > 0);
}

const DAY = 86_400_000;
const STEPS_OF_MONTHS = [1, 2, 3, 6, 12, 24, 36, 60, 120, 240];
const STEPS_OF_TIME = [
  ...[1, 5, 15, 30, 60, 180, 360, 720].map((minutes) => minutes * 60_000),
  ...[1, 2, 7, 14].map((days) => days * DAY),
];

/** Beginnings of years, months, days or hours within a range of times, at most `most`. */
export function timeTicks(from: number, to: number, most: number): Tick[] {
  const span = to - from;
  if (!(span > 0)) return [{ at: from, label: day(from) }];
  if (span < most * 14 * DAY) {
    const step = STEPS_OF_TIME.find((size) => span / size <= most) ?? 14 * DAY;
    const first = Math.ceil(from / step);
    const length = Math.max(0, Math.floor(to / step) - first + 1);
    return Array.from({ length }, (_, index) => {
      const at = (first + index) * step;
      const clock = new Date(at).toISOString().slice(11, 16);
      return { at, label: step < DAY && at % DAY !== 0 ? clock : shortDay(at) };
    });
  }
  const months = STEPS_OF_MONTHS.find((size) => span / (size * 30.44 * DAY) <= most) ?? 480;
  const begin = new Date(from);
  const ticks: Tick[] = [];
  let month = Math.ceil((begin.getUTCFullYear() * 12 + begin.getUTCMonth()) / months) * months;
  for (;;) {
    const at = Date.UTC(Math.floor(month / 12), month % 12, 1);
    if (at > to || ticks.length > 2 * most) return ticks;
    const year = String(Math.floor(month / 12));
    if (at >= from) ticks.push({ at, label: month % 12 === 0 ? year : `${monthName(month % 12)} ${year}` });
    month += months;
  }
}

function shortDay(time: number): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${monthName(date.getUTCMonth())}`;
}
