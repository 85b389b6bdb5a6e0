import type { Bars } from "../../bars/bars.ts";
import { roundDownToLot } from "../../engine/sizing.ts";
import type { Declaration } from "../interpreter/declaration.ts";
import type { Direction, Lot } from "./orders.ts";

/** A trade of the script's, as a row of the strategy tester's list. */
export interface PineTrade {
  readonly side: "long" | "short";
  readonly quantity: number;
  readonly entryId: string;
  readonly entryBar: number;
  /** Opening of the bar, ms since 1970. */
  readonly entryTime: number;
  readonly entryPrice: number;
  readonly exitId: string;
  readonly exitBar: number;
  readonly exitTime: number;
  readonly exitPrice: number;
  /** Money, net of both commissions. */
  readonly pnl: number;
  readonly commission: number;
}

export interface OpenPineTrade
  extends Pick<PineTrade, "side" | "quantity" | "entryId" | "entryBar" | "entryTime" | "entryPrice"> {
  /** At the last close, net of the entry's commission. */
  readonly pnl: number;
}

const PERCENT = 100;
/** Money may miss this part of a price, so that an exact fit is not refused for a rounding. */
const TOLERANCE = 1e-12;

/** Lots, trades and money. */
export class Book {
  readonly trades: PineTrade[] = [];
  readonly lots: Lot[] = [];
  netProfit = 0;
  readonly #bars: Bars;
  readonly #declaration: Declaration;
  readonly #lotSize: number;

  constructor(bars: Bars, declaration: Declaration, lotSize: number) {
    this.#bars = bars;
    this.#declaration = declaration;
    this.#lotSize = lotSize;
  }

  /** Signed: above 0 for a long position. */
  get size(): number {
    return this.lots.reduce((sum, { direction, quantity }) => sum + direction * quantity, 0);
  }

  get averagePrice(): number {
    const quantity = this.lots.reduce((sum, lot) => sum + lot.quantity, 0);
    return this.lots.reduce((sum, lot) => sum + lot.price * lot.quantity, 0) / (quantity || Number.NaN);
  }

  /** At a price, net of the commissions of entries. */
  openProfit(price: number): number {
    return this.lots.reduce(
      (sum, lot) => sum + lot.direction * lot.quantity * (price - lot.price) - lot.commission,
      0,
    );
  }

  equity(price: number): number {
    return this.#declaration.initialCapital + this.netProfit + this.openProfit(price);
  }

  commission(quantity: number, price: number): number {
    const { commission, commissionType } = this.#declaration;
    if (commissionType === "percent") return quantity * price * (commission / PERCENT);
    return commissionType === "cash_per_order" ? commission : commission * quantity;
  }

  /** The declaration's quantity at a price, commission included where it is a part of the equity; whole lots. */
  quantityAt(price: number, equity: number): number {
    const { quantity, quantityType } = this.#declaration;
    if (quantityType === "fixed") return roundDownToLot(quantity, this.#lotSize);
    if (quantityType === "cash") return roundDownToLot(quantity / price, this.#lotSize);
    const money = equity * (quantity / PERCENT) - this.#fixed();
    return roundDownToLot(money / (price * (1 + this.#rate())), this.#lotSize);
  }

  /** False where the margin asks for more money than there is. */
  open(direction: Direction, id: string, quantity: number, price: number, bar: number): boolean {
    const { marginLong, marginShort } = this.#declaration;
    const margin = (direction === 1 ? marginLong : marginShort) / PERCENT;
    const commission = this.commission(quantity, price);
    const needed = margin * quantity * price + (margin > 0 ? commission : 0);
    if (!(quantity > 0) || needed > this.equity(price) * (1 + TOLERANCE)) return false;
    this.lots.push({ id, direction, quantity, bar, price, commission });
    return true;
  }

  /** Closes a lot whole. */
  close(lot: Lot, exitId: string, price: number, bar: number): void {
    const { direction, quantity } = lot;
    const commission = lot.commission + this.commission(quantity, price);
    const pnl = direction * quantity * (price - lot.price) - commission;
    this.lots.splice(this.lots.indexOf(lot), 1);
    this.netProfit += pnl;
    this.trades.push({
      side: direction === 1 ? "long" : "short",
      quantity,
      entryId: lot.id,
      entryBar: lot.bar,
      entryTime: this.#bars.times[lot.bar] ?? 0,
      entryPrice: lot.price,
      exitId,
      exitBar: bar,
      exitTime: this.#bars.times[bar] ?? 0,
      exitPrice: price,
      pnl,
      commission,
    });
  }

  /** What is held, marked to a price. */
  held(price: number): OpenPineTrade[] {
    return this.lots.map((lot) => ({
      side: lot.direction === 1 ? "long" : "short",
      quantity: lot.quantity,
      entryId: lot.id,
      entryBar: lot.bar,
      entryTime: this.#bars.times[lot.bar] ?? 0,
      entryPrice: lot.price,
      pnl: lot.direction * lot.quantity * (price - lot.price) - lot.commission,
    }));
  }

  #rate(): number {
    const { commission, commissionType } = this.#declaration;
    return commissionType === "percent" ? commission / PERCENT : 0;
  }

  #fixed(): number {
    const { commission, commissionType } = this.#declaration;
    return commissionType === "cash_per_order" ? commission : 0;
  }
}
