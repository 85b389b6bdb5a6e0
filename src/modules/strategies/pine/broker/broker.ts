import type { Bars } from "../../bars/bars.ts";
import type { Declaration } from "../interpreter/declaration.ts";
import { Book, type OpenPineTrade, type PineTrade } from "./book.ts";
import {
  type Direction,
  type EntryRequest,
  type ExitRequest,
  entryLevels,
  exitLevels,
  follow,
  isAtMarket,
  type Levels,
  type Lot,
  type PendingEntry,
  type PendingExit,
  type PendingOrder,
} from "./orders.ts";

/**
 * What happens first within a bar. `tradingview`: the price goes from the open to the nearer of high and low, to the other, to
 * the close. `stop_first`, the engine's rule: a position meets its stop before its target; only a bar that begins without a
 * position fills entry orders, one of them; after such an entry a stop counts only where the bar closes beyond it.
 */
type IntrabarRule = "tradingview" | "stop_first";

export interface BrokerOptions {
  readonly intrabar: IntrabarRule;
  /** When a quantity that hangs on equity or price is worked out: TradingView does it when the order is made. */
  readonly sizing: "at_signal" | "at_fill";
  readonly tickSize: number;
  /** Quantities are whole multiples of it; 0 does not round. */
  readonly lotSize: number;
}

/** An order that a movement of the price reaches. */
interface Reached {
  readonly order: PendingOrder;
  readonly level: number;
  readonly isStop: boolean;
}

/**
 * TradingView's broker emulator for one position without pyramiding: orders made at the close of a bar work from the next one on,
 * or at that close where the declaration says so. Entries reverse an opposite position and pass over one of the same side.
 */
export class Broker {
  /** Bars in which a short position was worth more than all the money there is, so that TradingView would call the margin. */
  readonly marginCalls: number[] = [];
  readonly #bars: Bars;
  readonly #declaration: Declaration;
  readonly #options: BrokerOptions;
  readonly #book: Book;
  readonly #orders = new Map<string, PendingOrder>();
  #bar = 0;
  #wasFlat = true;

  constructor(bars: Bars, declaration: Declaration, options: BrokerOptions) {
    this.#bars = bars;
    this.#declaration = declaration;
    this.#options = options;
    this.#book = new Book(bars, declaration, options.lotSize);
  }

  get trades(): readonly PineTrade[] {
    return this.#book.trades;
  }

  get positionSize(): number {
    return this.#book.size;
  }

  /** NaN without a position. */
  get averagePrice(): number {
    return this.#book.averagePrice;
  }

  get openTrades(): number {
    return this.#book.lots.length;
  }

  get netProfit(): number {
    return this.#book.netProfit;
  }

  equityAt(bar: number): number {
    return this.#book.equity(this.#bars.close[bar] ?? Number.NaN);
  }

  openProfitAt(bar: number): number {
    return this.#book.openProfit(this.#bars.close[bar] ?? Number.NaN);
  }

  held(): OpenPineTrade[] {
    return this.#book.held(this.#bars.close[this.#bar] ?? Number.NaN);
  }

  /** An order of the same name and kind takes the place of the one before. */
  place(request: EntryRequest): void {
    const price = request.stop ?? request.limit ?? this.#bars.close[this.#bar] ?? Number.NaN;
    const isSized = request.quantity !== undefined || this.#options.sizing === "at_fill";
    const sized = isSized ? request.quantity : this.#book.quantityAt(price, this.equityAt(this.#bar));
    this.#put({ ...request, sized });
  }

  /** Leaves the trades of an entry, or all of them. Nothing where none is held. */
  close(from: string | undefined, isImmediate: boolean): void {
    const isHeld = this.#book.lots.some(({ id }) => from === undefined || id === from);
    if (isHeld) this.#put({ kind: "close", id: from ?? "", from, isImmediate });
  }

  /** Keeps where a trail has come to. Nothing where the entry is neither held nor waiting. */
  exit(request: ExitRequest): void {
    const { from } = request;
    const waits = [...this.#orders.values()].some(
      (order) => isEntry(order) && (from === undefined || order.id === from),
    );
    if (!waits && !this.#book.lots.some(({ id }) => from === undefined || id === from)) return;
    const before = this.#orders.get(`exit ${request.id}`);
    const best = before?.kind === "exit" ? before.best : Number.NaN;
    this.#put({ kind: "exit", ...request, best });
  }

  /** Takes back the entries and exits of a name, or all orders; what `strategy.close` makes has no name of its own. */
  cancel(id: string | undefined): void {
    for (const [key, order] of this.#orders)
      if (id === undefined || (order.kind !== "close" && order.id === id)) this.#orders.delete(key);
  }

  /** Fills what was ordered before as a bar goes by. */
  passBar(bar: number): void {
    this.#bar = bar;
    if (this.#orders.size === 0) return;
    const open = this.#bars.open[bar] ?? Number.NaN;
    this.#wasFlat = this.#book.lots.length === 0;
    this.#fillMarkets(open, () => true);
    this.#fillBeyond(open);
    if (this.#options.intrabar === "tradingview") this.#walk(this.#pathOf(bar));
    else if (this.#book.lots.length > 0) this.#walk(this.#adverseFirst(bar));
    else if (this.#wasFlat) this.#fillNearestEntry(bar);
  }

  /** Fills what was ordered on a bar at its close, where that is asked for, and looks for margin calls. */
  closeBar(bar: number): void {
    const close = this.#bars.close[bar] ?? Number.NaN;
    const { fillsOnClose, marginShort } = this.#declaration;
    this.#fillMarkets(close, (order) => fillsOnClose || (order.kind === "close" && order.isImmediate));
    const worst = this.#bars.high[bar] ?? Number.NaN;
    if (marginShort > 0 && this.#book.size < 0 && -this.#book.size * worst > this.#book.equity(worst))
      this.marginCalls.push(bar);
  }

  #put(order: PendingOrder): void {
    const key = `${order.kind} ${order.id}`;
    this.#orders.delete(key);
    this.#orders.set(key, order);
  }

  #fillMarkets(price: number, isDue: (order: PendingOrder) => boolean): void {
    for (const order of [...this.#orders.values()])
      if (isAtMarket(order) && isDue(order)) this.#fill({ order, level: price, isStop: true });
  }

  /** Fills, at the price, orders whose level it is beyond, and then those that come into force with them. */
  #fillBeyond(price: number): void {
    for (let reached = this.#beyond(price); reached !== undefined; reached = this.#beyond(price))
      this.#fill(reached);
  }

  #beyond(price: number): Reached | undefined {
    for (const order of this.#orders.values()) {
      const { limit, side, stop } = this.#levels(order);
      if (side * price >= side * stop) return { order, level: price, isStop: true };
      if (side * price <= side * limit) return { order, level: price, isStop: false };
    }
    return undefined;
  }

  #walk([open, ...points]: readonly number[]): void {
    let price = open ?? Number.NaN;
    for (const to of points) {
      for (let next = this.#nearest(price, to); next !== undefined; next = this.#nearest(price, to)) {
        this.#fill(next);
        price = next.level;
        this.#fillBeyond(price);
      }
      price = to;
      for (const order of this.#orders.values()) {
        const lot = order.kind === "exit" ? this.#lotOf(order) : undefined;
        if (order.kind === "exit" && lot !== undefined) follow(order, lot, price, this.#options.tickSize);
      }
    }
  }

  /** The order that the price reaches first on its way. */
  #nearest(from: number, to: number): Reached | undefined {
    const heading: Direction = to > from ? 1 : -1;
    let nearest: Reached | undefined;
    for (const order of this.#orders.values()) {
      const { limit, side, stop } = this.#levels(order);
      const level = side === heading ? stop : limit;
      const isOnWay = heading * level > heading * from && heading * level <= heading * to;
      const isNearer = nearest === undefined || heading * level < heading * nearest.level;
      if (isOnWay && isNearer) nearest = { order, level, isStop: side === heading };
    }
    return nearest;
  }

  #pathOf(bar: number): readonly number[] {
    const { close, high, low, open } = this.#bars;
    const [o, h, l, c] = [open, high, low, close].map((column) => column[bar] ?? Number.NaN);
    if (o === undefined || h === undefined || l === undefined || c === undefined) return [];
    return h - o <= o - l ? [o, h, l, c] : [o, l, h, c];
  }

  #adverseFirst(bar: number): readonly number[] {
    const { close, high, low, open } = this.#bars;
    const [first, second] = this.#book.size > 0 ? [low, high] : [high, low];
    return [open, first, second, close].map((column) => column[bar] ?? Number.NaN);
  }

  /** Of the entries that the bar reaches, the one nearest to its open. */
  #fillNearestEntry(bar: number): void {
    const open = this.#bars.open[bar] ?? Number.NaN;
    const up = this.#nearest(open, this.#bars.high[bar] ?? Number.NaN);
    const down = this.#nearest(open, this.#bars.low[bar] ?? Number.NaN);
    const isUpNearer = up !== undefined && !(down !== undefined && open - down.level < up.level - open);
    const entry = isUpNearer ? up : down;
    if (entry === undefined) return;
    this.#fill(entry);
    const close = this.#bars.close[bar] ?? Number.NaN;
    for (const order of [...this.#orders.values()]) {
      const { side, stop } = this.#levels(order);
      if (order.kind === "exit" && side * close >= side * stop)
        this.#fill({ order, level: stop, isStop: true });
    }
  }

  /** Where an order trades now; nowhere for what is not in force. */
  #levels(order: PendingOrder): Levels {
    if (order.kind === "close" || isAtMarket(order)) return NOWHERE;
    if (order.kind === "exit") {
      const lot = this.#lotOf(order);
      return lot === undefined ? NOWHERE : exitLevels(order, lot, this.#options.tickSize);
    }
    const isBarred =
      this.#options.intrabar === "stop_first" && !(this.#wasFlat && this.#book.lots.length === 0);
    return isBarred ? NOWHERE : entryLevels(order);
  }

  #lotOf({ from }: PendingExit): Lot | undefined {
    return this.#book.lots.find(({ id }) => from === undefined || id === from);
  }

  /** Market and stop fills are worse by the slippage, limit fills are not. */
  #fill({ isStop, level, order }: Reached): void {
    this.#orders.delete(`${order.kind} ${order.id}`);
    const side = this.#sideOf(order);
    const slip = isStop ? side * this.#declaration.slippage * this.#options.tickSize : 0;
    const price = Math.max(0, level + slip);
    if (isEntry(order)) this.#enter(order, price);
    else this.#leave(order.from, order.id, price);
  }

  #sideOf(order: PendingOrder): number {
    return isEntry(order) ? order.direction : -Math.sign(this.#book.size);
  }

  #enter(order: PendingEntry, price: number): void {
    for (const [key, other] of this.#orders)
      if (order.group !== undefined && isEntry(other) && other.group === order.group)
        this.#orders.delete(key);
    const held = Math.sign(this.#book.size);
    if (held === order.direction) return;
    if (held !== 0) this.#leave(undefined, order.id, price);
    if (held !== 0 && order.kind === "order") return;
    const quantity = order.sized ?? this.#book.quantityAt(price, this.#book.equity(price));
    this.#book.open(order.direction, order.id, quantity, price, this.#bar);
  }

  #leave(from: string | undefined, id: string, price: number): void {
    const wanted = this.#book.lots.filter((lot) => from === undefined || lot.id === from);
    for (const lot of wanted) this.#book.close(lot, id, price, this.#bar);
    for (const [key, order] of this.#orders)
      if (order.kind === "exit" && wanted.some((lot) => lot.id === (order.from ?? lot.id)))
        this.#orders.delete(key);
  }
}

const isEntry = (order: PendingOrder): order is PendingEntry =>
  order.kind === "entry" || order.kind === "order";

const NOWHERE: Levels = { side: 1, stop: Number.NaN, limit: Number.NaN };
