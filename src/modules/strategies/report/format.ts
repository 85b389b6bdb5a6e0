const MINUS = "\u2212";
export const NONE = "–";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** With a true minus, commas between thousands, and a power of ten from 1e15 on. */
export function decimal(value: number, digits = 2): string {
  if (!Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size >= 1e15) return `${value < 0 ? MINUS : ""}${size.toExponential(2)}`;
  const [whole = "", part] = size.toFixed(digits).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const text = part === undefined ? grouped : `${grouped}.${part}`;
  return value < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
}

export const percent = (part: number, digits = 1): string =>
  Number.isFinite(part) ? `${decimal(part * 100, digits)}%` : NONE;

/** With a plus where it is above 0. */
export const signedPercent = (part: number, digits = 1): string =>
  `${part > 0 ? "+" : ""}${percent(part, digits)}`;

export const count = (value: number): string => decimal(value, 0);

/** A parameter as it was set: no more digits than it has, eight at most. */
export const plainNumber = (value: number): string => {
  const [, digits = ""] = String(Number(value.toFixed(8))).split(".");
  return decimal(value, /e/.test(digits) ? 8 : digits.length);
};

/** Six digits that count are as many as a column holds. */
export const quantity = (value: number): string => plainNumber(Number(value.toPrecision(6)));

/** With more decimals the cheaper it is: 2 from 100 on, 4 from 1 on, 6 below. */
export function price(value: number): string {
  const size = Math.abs(value);
  return decimal(value, size >= 100 ? 2 : size >= 1 ? 4 : 6);
}

/** Shorter for axes: 12k, 3.5m, 2bn. */
export function compact(value: number): string {
  const size = Math.abs(value);
  const [by, unit] =
    size >= 1e9 ? [1e9, "bn"] : size >= 1e6 ? [1e6, "m"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  return `${plainNumber(Number((value / by).toPrecision(6)))}${unit}`;
}

/** Day, month, year in UTC: 19 Aug 2004. */
export function day(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return NONE;
  return `${date.getUTCDate()} ${monthName(date.getUTCMonth())} ${date.getUTCFullYear()}`;
}

/** With hours and minutes where the time has them. */
export function moment(time: number): string {
  if (!Number.isFinite(time) || time % 86_400_000 === 0) return day(time);
  return `${day(time)} ${new Date(time).toISOString().slice(11, 16)}`;
}

export const monthName = (month: number): string => MONTHS[month] ?? "";

/** "1 trade", "2 trades". */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;
