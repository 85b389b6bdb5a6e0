import { commission } from "./costs.ts";
import type { EngineSettings } from "./settings.ts";
import { quantityFor } from "./sizing.ts";

/** Cash and the one position of a run, with the tally of closed trades. Both walkers do their arithmetic here. */
export class Account {
  cash = 0;
  /** 1 long, -1 short, 0 without a position. */
  direction = 0;
  quantity = 0;
  entryPrice = 0;
  /** Direction times quantity. */
  signed = 0;
  entryCommission = 0;
  /** Of the trade that was closed last: net of both commissions, and as a part of what the entry cost. */
  profit = 0;
  profitPart = 0;
  tradeCommission = 0;

  trades = 0;
  wins = 0;
  /** Sums of `profitPart` over winning trades, and over losing ones as a positive number. */
  gains = 0;
  losses = 0;

  readonly #settings: EngineSettings;

  constructor(settings: EngineSettings) {
    this.#settings = settings;
    this.reset();
  }

  reset(): void {
    this.cash = this.#settings.cash;
    this.direction = 0;
    this.signed = 0;
    this.trades = 0;
    this.wins = 0;
    this.gains = 0;
    this.losses = 0;
  }

  /** Opens a position at the price of the fill; false where the cash pays for none. `atr` is the one known before the fill. */
  open(direction: number, price: number, atr: number): boolean {
    const quantity = quantityFor(this.#settings, this.cash, price, atr);
    if (quantity === 0) return false;
    this.direction = direction;
    this.quantity = quantity;
    this.signed = direction * quantity;
    this.entryPrice = price;
    this.entryCommission = commission(quantity, price, this.#settings.costs);
    this.cash -= this.entryCommission;
    return true;
  }

  /** Equity at a price. */
  worth(price: number): number {
    return this.cash + this.signed * (price - this.entryPrice);
  }

  /** Closes the position at the price of the fill. */
  close(price: number): void {
    const gross = this.signed * (price - this.entryPrice);
    const exitCommission = commission(this.quantity, price, this.#settings.costs);
    this.tradeCommission = this.entryCommission + exitCommission;
    this.cash += gross - exitCommission;
    this.profit = gross - this.tradeCommission;
    this.profitPart = this.profit / (this.quantity * this.entryPrice);
    this.trades += 1;
    if (this.profit > 0) {
      this.wins += 1;
      this.gains += this.profitPart;
    } else this.losses -= this.profitPart;
    this.direction = 0;
    this.signed = 0;
  }
}
