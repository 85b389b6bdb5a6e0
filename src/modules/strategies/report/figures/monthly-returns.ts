export interface YearOfReturns {
  year: number;
  /** January to December, a part of 1 each; null in months without a bar. */
  months: (number | null)[];
  /** Of the months together. */
  total: number;
}

/**
 * Returns of calendar months (UTC) from closes: the month's last over the last before it; the first month begins with the first
 * close. Null where the equity before was not above 0.
 */
export function monthlyReturns(times: Float64Array, equity: Float64Array): YearOfReturns[] {
  const years: YearOfReturns[] = [];
  let before = equity[0] ?? 0;
  let yearBegan = before;
  for (let bar = 0; bar < times.length; bar += 1) {
    const month = monthOf(times[bar] ?? 0);
    if (bar + 1 < times.length && monthOf(times[bar + 1] ?? 0) === month) continue;
    const value = equity[bar] ?? 0;
    const number = Math.floor(month / 12);
    let year = years.at(-1);
    if (year?.year !== number) {
      yearBegan = before;
      year = { year: number, months: new Array<number | null>(12).fill(null), total: 0 };
      years.push(year);
    }
    year.months[month % 12] = before > 0 ? value / before - 1 : null;
    year.total = yearBegan > 0 ? value / yearBegan - 1 : 0;
    before = value;
  }
  return years;
}

function monthOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
