import type { Bars } from "../bars/bars.ts";
import { Account } from "./account.ts";
import { marketPrice } from "./costs.ts";
import { Gate } from "./gate.ts";
import { type FillPlace, Guard } from "./guard.ts";
import { requireColumns } from "./inputs.ts";
import { type EngineSettings, restAtClose } from "./settings.ts";
import { FLAT, type Inputs, LONG, NO_CHANGE } from "./signals.ts";
import { type ExitReason, excursion, type OpenTrade, type Trade } from "./trades.ts";

/** What a run did, bar by bar and trade by trade. */
export interface Backtest {
  /** Closed trades, in the order of their exits. */
  trades: Trade[];
  /** The position that is open after the last bar, marked to the last close. */
  open: OpenTrade | null;
  /** Money at each close; as many as bars. The first is the cash, since nothing fills on the first bar. */
  equity: Float64Array;
  /** Bars in which a position was held at some moment. */
  barsHeld: number;
  /** Money that was bought and sold for, and commissions of all fills, of an open position's entry as well. */
  traded: number;
  commissionPaid: number;
  /** The bar at whose close nothing was left; null where the run went to the end. */
  bankruptBar: number | null;
}

/**
 * Runs signals over bars by the rules of the engine: decided at the close of t, filled at the open of t+1 (at the close of t
 * when asked); at an open the decision comes first, then within the bar stop before target, then the close. Deterministic.
 * The equity is written to `into`, which many runs may share one after the other. Throws a RangeError where a column is not as long
 * as the bars.
 */
export function backtest(
  bars: Bars,
  inputs: Inputs,
  settings: EngineSettings,
  into = new Float64Array(bars.close.length),
): Backtest {
  requireColumns(bars, settings, inputs);
  return new BarWalk(bars, inputs, settings).run(into.fill(settings.cash));
}

/** Goes through every bar; `Evaluator` goes from fill to fill, and a test holds one against the other. */
class BarWalk {
  readonly #bars: Bars;
  readonly #inputs: Inputs;
  readonly #settings: EngineSettings;
  readonly #account: Account;
  readonly #gate: Gate;
  readonly #guard: Guard;
  readonly #last: number;
  readonly #isAtClose: boolean;
  readonly #rest: number;
  readonly #trades: Trade[] = [];
  #entryBar = 0;
  #entryPlace: FillPlace = "open";
  #armed = 0;
  #barsHeld = 0;
  #heldUntil = -1;
  #traded = 0;
  #commissionPaid = 0;

  constructor(bars: Bars, inputs: Inputs, settings: EngineSettings) {
    this.#bars = bars;
    this.#inputs = inputs;
    this.#settings = settings;
    this.#account = new Account(settings);
    this.#gate = new Gate(bars, settings, inputs);
    this.#guard = new Guard(bars, settings, inputs);
    this.#last = bars.close.length - 1;
    this.#isAtClose = settings.fillAt === "close";
    this.#rest = restAtClose(settings);
  }

  run(equity: Float64Array): Backtest {
    let bankruptBar: number | null = null;
    for (let bar = 1; bar <= this.#last; bar += 1) {
      this.#pass(bar);
      equity[bar] = this.#account.worth(this.#close(bar));
      if (this.#account.direction !== 0) this.#noteHeld(bar);
      if ((equity[bar] ?? 0) > 0) continue;
      if (this.#account.direction !== 0) this.#exitAtMarket(bar, "close", "bankruptcy");
      equity.fill(this.#account.cash, bar);
      bankruptBar = bar;
      break;
    }
    return {
      trades: this.#trades,
      open: this.#openTrade(),
      equity,
      barsHeld: this.#barsHeld,
      traded: this.#traded,
      commissionPaid: this.#commissionPaid,
      bankruptBar,
    };
  }

  /** Everything that can happen in one bar, in its order. */
  #pass(bar: number): void {
    const { closeAtEnd } = this.#settings;
    const wasFlat = this.#account.direction === 0;
    const isLast = bar === this.#last;
    const mayEnter = !(isLast && closeAtEnd === "open");
    if (!this.#isAtClose) this.#obey(bar - 1, bar, mayEnter);
    if (isLast && closeAtEnd === "open" && this.#account.direction !== 0) {
      this.#exitAtMarket(bar, "open", "end");
    }
    if (wasFlat && this.#account.direction === 0 && mayEnter) this.#fillOrder(bar);
    this.#protect(bar);
    if (this.#isAtClose && !isLast) this.#obey(bar, bar, true);
    if (isLast && closeAtEnd === "close" && this.#account.direction !== 0) {
      this.#exitAtMarket(bar, "close", "end");
    }
    if (this.#account.direction !== 0) this.#guard.follow(bar);
  }

  /** Carries out in `bar` what the close of `known` decided. */
  #obey(known: number, bar: number, mayEnter: boolean): void {
    const { direction } = this.#account;
    const place = this.#isAtClose ? "close" : "open";
    const signal = this.#inputs.signals[known] ?? NO_CHANGE;
    const kept = this.#settings.onSameSignal === "hold" ? direction : NO_CHANGE;
    const enters = signal !== NO_CHANGE && signal !== FLAT && mayEnter && this.#gate.allows(signal, known);
    if (direction === 0) {
      if (enters && known - this.#rest >= this.#armed) this.#enterAtMarket(signal, bar, place, known);
      return;
    }
    const { maxBars } = this.#settings.overlays;
    if (signal !== NO_CHANGE && signal !== kept) {
      this.#exitAtMarket(bar, place, "signal");
      if (enters) this.#enterAtMarket(signal, bar, place, known);
    } else if (maxBars > 0 && bar - this.#entryBar >= maxBars) this.#exitAtMarket(bar, place, "max_bars");
  }

  #fillOrder(bar: number): void {
    const gate = this.#gate;
    if (!gate.hasOrders || bar - 1 < this.#armed || !gate.fillsOrder(bar)) return;
    this.#enter(gate.direction, gate.price, bar, gate.place, bar - 1);
  }

  #protect(bar: number): void {
    if (this.#account.direction === 0 || !this.#guard.hit(bar)) return;
    this.#exit(bar, "inside", this.#guard.price, this.#guard.reason);
  }

  #enterAtMarket(direction: number, bar: number, place: "open" | "close", known: number): void {
    const price = marketPrice(this.#bars[place][bar] ?? 0, direction, this.#settings.costs);
    this.#enter(direction, price, bar, place, known);
  }

  #enter(direction: number, price: number, bar: number, place: FillPlace, known: number): void {
    const account = this.#account;
    const atr = this.#gate.atr(known);
    if (!account.open(direction, price, atr)) return;
    this.#entryBar = bar;
    this.#entryPlace = place;
    this.#guard.arm(direction, price, bar, place, atr);
    this.#traded += account.quantity * price;
    this.#commissionPaid += account.entryCommission;
  }

  #exitAtMarket(bar: number, place: "open" | "close", reason: ExitReason): void {
    const price = this.#bars[place][bar] ?? 0;
    this.#exit(bar, place, marketPrice(price, -this.#account.direction, this.#settings.costs), reason);
  }

  #exit(bar: number, place: FillPlace, price: number, reason: ExitReason): void {
    const account = this.#account;
    const { direction, entryCommission, entryPrice, quantity } = account;
    const path = { entryBar: this.#entryBar, entryPlace: this.#entryPlace, exitBar: bar, exitPlace: place };
    account.close(price);
    this.#traded += quantity * price;
    this.#commissionPaid += account.tradeCommission - entryCommission;
    this.#armed = bar + this.#settings.overlays.cooldown;
    if (place !== "open") this.#noteHeld(bar);
    this.#trades.push({
      side: direction === LONG ? "long" : "short",
      quantity,
      entryBar: path.entryBar,
      entryTime: this.#bars.times[path.entryBar] ?? 0,
      entryPrice,
      exitBar: bar,
      exitTime: this.#bars.times[bar] ?? 0,
      exitPrice: price,
      exitPlace: place,
      exitReason: reason,
      pnl: account.profit,
      return: account.profitPart,
      commission: account.tradeCommission,
      ...excursion(this.#bars, direction, entryPrice, price, path),
    });
  }

  #openTrade(): OpenTrade | null {
    const { direction, entryCommission, entryPrice, quantity, signed } = this.#account;
    if (direction === 0) return null;
    return {
      side: direction === LONG ? "long" : "short",
      quantity,
      entryBar: this.#entryBar,
      entryTime: this.#bars.times[this.#entryBar] ?? 0,
      entryPrice,
      markPrice: this.#close(this.#last),
      pnl: signed * (this.#close(this.#last) - entryPrice) - entryCommission,
      commission: entryCommission,
    };
  }

  #noteHeld(bar: number): void {
    if (bar > this.#heldUntil) this.#barsHeld += 1;
    this.#heldUntil = bar;
  }

  #close(bar: number): number {
    return this.#bars.close[bar] ?? 0;
  }
}
