import { invalidInput } from "../../../http/problem.ts";
import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import type { Bars } from "../bars/bars.ts";
import { isIntraday, parseTimeframe } from "../bars/timeframe.ts";
import { openDataset, readBars } from "../datasets/open.ts";
import type { Dataset } from "../datasets/store.ts";

/** Which bars a run is over. */
export interface MarketChoice {
  dataset_id: string;
  symbol?: string | undefined;
  symbols?: string[] | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export interface ChosenMarket {
  dataset: Dataset;
  /** At least one, all of the data set. */
  symbols: [string, ...string[]];
}

/** The data set of a body and its symbols there. 404 for another desk's, 422 for a symbol that it has not. */
export async function chosenMarket(
  platform: Platform,
  desk: DeskId,
  { dataset_id, from, symbol, symbols, to }: MarketChoice,
): Promise<ChosenMarket> {
  const dataset = await openDataset(platform, desk, dataset_id);
  if (from !== undefined && to !== undefined && Date.parse(from) > Date.parse(to))
    throw badSpan("to", "datasets.span", "must not be before `from`");
  const known = dataset.symbols.map((one) => one.symbol);
  const path = symbols === undefined ? "symbol" : "symbols";
  const asked = symbols ?? (symbol === undefined ? known : [symbol]);
  const missing = asked.find((one) => !known.includes(one));
  if (missing !== undefined)
    throw badSymbol(path, `${missing} is not in the data set, which has ${listOf(known)}`);
  const [first, ...others] = asked;
  if (first === undefined || (symbols === undefined && others.length > 0))
    throw badSymbol(path, `is needed, since the data set has ${listOf(known)}`);
  return { dataset, symbols: [first, ...others] };
}

const LISTED = 5;
const listOf = (symbols: string[]): string =>
  symbols.length > LISTED ? `${symbols.slice(0, LISTED).join(", ")} and others` : symbols.join(", ");

const badSymbol = (path: string, message: string) =>
  invalidInput([{ path, code: "datasets.symbol", message }]);

/** Of an isolate's 128 MB a backtest over so many was seen at 87, and over 500,000 at 233. */
const MOST_BARS = 200_000;

/** The bars of a symbol within a run's times; from 2 to 200,000, or 422. */
export async function barsOf(
  platform: Platform,
  dataset: Dataset,
  symbol: string,
  { from, to }: Pick<MarketChoice, "from" | "to">,
): Promise<Bars> {
  const bars = await readBars(platform, dataset, symbol, {
    ...(from !== undefined && { from: Date.parse(from) }),
    ...(to !== undefined && { to: Date.parse(to) }),
  });
  const count = bars.times.length;
  if (count > MOST_BARS)
    throw badSpan(
      "from",
      "datasets.too_many_bars",
      `leaves ${count} bars of ${symbol}; a run takes at most ${MOST_BARS}: choose a shorter span, or longer bars`,
    );
  if (count < 2)
    throw badSpan(
      "from",
      "datasets.too_few_bars",
      `leaves ${count} bars of ${symbol}; a run needs at least 2`,
    );
  return bars;
}

const badSpan = (path: "from" | "to", code: string, message: string) =>
  invalidInput([{ path, code, message }]);

export function isIntradaySet({ timeframe }: Pick<Dataset, "timeframe">): boolean {
  const parsed = parseTimeframe(timeframe);
  return parsed !== undefined && isIntraday(parsed);
}
