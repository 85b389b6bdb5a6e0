export type Direction = 1 | -1;

/** What `strategy.entry` and `strategy.order` ask for. At the market without a limit or stop. */
export interface EntryRequest {
  readonly kind: "entry" | "order";
  readonly id: string;
  readonly direction: Direction;
  readonly quantity: number | undefined;
  readonly limit: number | undefined;
  readonly stop: number | undefined;
  /** Of orders of a group the first that is filled takes the others back. */
  readonly group: string | undefined;
}

/** What `strategy.exit` asks for. Profit, loss, trail points and offset are in ticks, the others are prices. */
export interface ExitRequest {
  readonly id: string;
  /** The entry whose trades it leaves; all of them if none. */
  readonly from: string | undefined;
  readonly profit: number | undefined;
  readonly limit: number | undefined;
  readonly loss: number | undefined;
  readonly stop: number | undefined;
  readonly trailPrice: number | undefined;
  readonly trailPoints: number | undefined;
  readonly trailOffset: number | undefined;
}

export interface PendingEntry extends EntryRequest {
  /** As sized when it was made; none where the fill sizes it. */
  readonly sized: number | undefined;
}

interface PendingClose {
  readonly kind: "close";
  readonly id: string;
  readonly from: string | undefined;
  readonly isImmediate: boolean;
}

export interface PendingExit extends ExitRequest {
  readonly kind: "exit";
  /** The best price since the trail began to follow; NaN before. */
  best: number;
}

export type PendingOrder = PendingEntry | PendingClose | PendingExit;

/** One entry that is held. */
export interface Lot {
  readonly id: string;
  readonly direction: Direction;
  readonly quantity: number;
  readonly bar: number;
  readonly price: number;
  readonly commission: number;
}

/** Where an order trades: a buy (side 1) at its stop or above, at its limit or below; NaN where it has none. */
export interface Levels {
  readonly side: Direction;
  readonly stop: number;
  readonly limit: number;
}

export const isAtMarket = (order: PendingOrder): boolean =>
  order.kind === "close" || (order.kind !== "exit" && order.limit === undefined && order.stop === undefined);

/** The levels of an entry's order. */
export const entryLevels = ({ direction, limit, stop }: PendingEntry): Levels => ({
  side: direction,
  stop: stop ?? Number.NaN,
  limit: limit ?? Number.NaN,
});

/** The levels of an exit from a lot: the nearer of two where both a price and ticks are given, and of stop and trail. */
export function exitLevels(exit: PendingExit, lot: Lot, tickSize: number): Levels {
  const { direction, price } = lot;
  const at = (ticks: number | undefined) => direction * price + (ticks ?? Number.NaN) * tickSize;
  const stops = [direction * (exit.stop ?? Number.NaN), at(exit.loss === undefined ? undefined : -exit.loss)];
  stops.push(direction * exit.best - (exit.trailOffset ?? Number.NaN) * tickSize);
  const limits = [direction * (exit.limit ?? Number.NaN), at(exit.profit)];
  return {
    side: direction === 1 ? -1 : 1,
    stop: direction * most(stops),
    limit: -direction * most(limits.map((level) => -level)),
  };
}

/** Moves a trail on to a price, once it has come as far as the trail begins. */
export function follow(exit: PendingExit, lot: Lot, price: number, tickSize: number): void {
  if (exit.trailOffset === undefined) return;
  const { direction } = lot;
  const start = exit.trailPrice ?? lot.price + direction * (exit.trailPoints ?? Number.NaN) * tickSize;
  const isReached = direction * price >= direction * start;
  if (Number.isNaN(exit.best) ? isReached : direction * price > direction * exit.best) exit.best = price;
}

/** The largest number, NaN where there is none. */
const most = (values: readonly number[]): number =>
  values.reduce((best, value) => (value > best || Number.isNaN(best) ? value : best), Number.NaN);
