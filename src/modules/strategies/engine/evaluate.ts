import type { Bars } from "../bars/bars.ts";
import { sharpeOfSums } from "../statistics/ratios.ts";
import { Account } from "./account.ts";
import { marketPrice } from "./costs.ts";
import { Gate } from "./gate.ts";
import { type FillPlace, Guard } from "./guard.ts";
import { requireColumns } from "./inputs.ts";
import { RunningCurve } from "./running-curve.ts";
import { type EngineSettings, restAtClose } from "./settings.ts";
import { FLAT, type Inputs, LONG, NO_CHANGE, SHORT, type Signals } from "./signals.ts";

/** What a search needs to know of one run; the same numbers, bit for bit, that `backtest` gives. */
export interface Figures {
  equity: number;
  /** Equity over cash, less 1. */
  totalReturn: number;
  /** Deepest fall from a peak, as a part of the peak. */
  maxDrawdown: number;
  /** Arithmetic, of the returns of bars, per year; null where the returns do not vary. */
  sharpe: number | null;
  /** Closed ones. */
  trades: number;
  /** Null without a closed trade. */
  winRate: number | null;
  /** Winning trades' returns over losing ones'; null where none was lost. */
  profitFactor: number | null;
  isBankrupt: boolean;
}

/**
 * The backtest for searches: it goes from entry to exit and walks the curve only while a position is held. One of these serves
 * any number of runs over the same bars with the same settings; nothing is allocated per bar.
 */
export class Evaluator {
  readonly #bars: Bars;
  readonly #settings: EngineSettings;
  readonly #periodsPerYear: number;
  readonly #account: Account;
  readonly #curve = new RunningCurve();
  readonly #last: number;
  readonly #lastEntry: number;
  readonly #isAtClose: boolean;
  readonly #rest: number;

  #signals: Signals = new Int8Array(0);
  #gate: Gate;
  #guard: Guard;
  #isGuarded = false;
  /** The first bar in which a position may be opened, and the first whose close may decide one. */
  #next = 1;
  #armed = 0;
  #entryBar = 0;
  #entryPlace: FillPlace = "open";
  #exitBar = 0;
  #exitPrice = 0;
  #exitPlace: FillPlace = "open";
  /** The direction that is entered where the position is left on a signal, 0 for none. */
  #reversal = 0;

  constructor(bars: Bars, settings: EngineSettings, periodsPerYear: number) {
    const none: Inputs = { signals: this.#signals };
    this.#bars = bars;
    this.#settings = settings;
    this.#periodsPerYear = periodsPerYear;
    this.#account = new Account(settings);
    this.#last = bars.close.length - 1;
    this.#lastEntry = settings.closeAtEnd === "open" ? this.#last - 1 : this.#last;
    this.#isAtClose = settings.fillAt === "close";
    this.#rest = restAtClose(settings);
    this.#gate = new Gate(bars, settings, none);
    this.#guard = new Guard(bars, settings, none);
  }

  /** Runs one strategy. Throws a RangeError where signals, orders or lines are not as long as the bars. */
  evaluate(inputs: Inputs): Figures {
    requireColumns(this.#bars, this.#settings, inputs);
    this.#signals = inputs.signals;
    this.#gate = new Gate(this.#bars, this.#settings, inputs);
    this.#guard = new Guard(this.#bars, this.#settings, inputs);
    this.#isGuarded = Guard.isNeeded(this.#settings, inputs);
    this.#next = 1;
    this.#armed = 0;
    this.#account.reset();
    this.#curve.start(this.#settings.cash);
    const isBankrupt = this.#walk();
    return this.#figures(isBankrupt);
  }

  /** Whether the equity came to nothing. */
  #walk(): boolean {
    const account = this.#account;
    const curve = this.#curve;
    let isHeld = false;
    let flatBar = -1;
    let flatCash = account.cash;
    while (isHeld || this.#enter()) {
      if (flatBar >= 0 && flatBar < this.#entryBar) curve.mark(flatCash);
      flatBar = -1;
      const { cash, entryPrice, signed } = account;
      this.#leave();
      const until = Math.min(this.#exitBar, this.#last + 1);
      const broke = curve.hold(this.#bars.close, this.#entryBar, until, cash, signed, entryPrice);
      const isBroke = broke < until;
      if (isBroke) {
        this.#exitAtMarket(broke, "close", this.#bars.close[broke] ?? 0);
        this.#reversal = 0;
      } else if (this.#exitBar > this.#last) return false;
      isHeld = this.#settle();
      if (isHeld) continue;
      flatBar = this.#exitBar;
      flatCash = account.cash;
      if (!isBroke && flatCash > 0) continue;
      curve.mark(flatCash);
      return true;
    }
    if (flatBar >= 0) curve.mark(flatCash);
    return false;
  }

  /** Closes the position, and opens the one that the signal wants instead. */
  #settle(): boolean {
    this.#account.close(this.#exitPrice);
    const bar = this.#exitBar;
    this.#armed = bar + this.#settings.overlays.cooldown;
    this.#next = this.#isAtClose && this.#exitPlace !== "close" ? bar : bar + 1;
    if (this.#reversal === 0) return false;
    const known = this.#isAtClose ? bar : bar - 1;
    return this.#open(this.#reversal, bar, known);
  }

  /** Looks for the next entry and takes it; false where there is none up to the end. */
  #enter(): boolean {
    const gate = this.#gate;
    for (let bar = this.#next; bar <= this.#lastEntry; bar += 1) {
      if (bar > this.#armed) {
        if (!this.#isAtClose && this.#enterOn(bar - 1, bar)) return true;
        if (gate.hasOrders && gate.fillsOrder(bar)) {
          if (this.#take(gate.direction, gate.price, bar, gate.place, bar - 1)) return true;
        }
      }
      if (this.#isAtClose && bar - this.#rest >= this.#armed && bar < this.#last && this.#enterOn(bar, bar))
        return true;
    }
    return false;
  }

  #enterOn(known: number, bar: number): boolean {
    const signal = this.#signals[known] ?? NO_CHANGE;
    if (signal === NO_CHANGE || signal === FLAT) return false;
    return this.#gate.allows(signal, known) && this.#open(signal, bar, known);
  }

  /** Opens at the market, at the open or the close of the bar as the settings say. */
  #open(direction: number, bar: number, known: number): boolean {
    const { close, open } = this.#bars;
    const price = (this.#isAtClose ? close : open)[bar] ?? 0;
    const filled = marketPrice(price, direction, this.#settings.costs);
    return this.#take(direction, filled, bar, this.#isAtClose ? "close" : "open", known);
  }

  #take(direction: number, price: number, bar: number, place: FillPlace, known: number): boolean {
    const atr = this.#gate.atr(known);
    if (!this.#account.open(direction, price, atr)) return false;
    this.#entryBar = bar;
    this.#entryPlace = place;
    if (this.#isGuarded) this.#guard.arm(direction, price, bar, place, atr);
    return true;
  }

  /** Finds where the position is left; behind the last bar where it stays open. */
  #leave(): void {
    this.#reversal = 0;
    if (this.#isGuarded || this.#isAtClose) this.#leaveGuarded();
    else this.#leaveOnSignal();
  }

  #leaveOnSignal(): void {
    const signals = this.#signals;
    const kept = this.#keptBy();
    const { maxBars } = this.#settings.overlays;
    const lastDecision = this.#last - 1;
    const timed = maxBars > 0 ? this.#entryBar + maxBars - 1 : lastDecision;
    const end = Math.min(timed, lastDecision);
    let bar = this.#entryBar;
    for (; bar <= end; bar += 1) {
      const signal = signals[bar] ?? NO_CHANGE;
      if (signal !== NO_CHANGE && signal !== kept) break;
    }
    if (bar <= end) this.#exitOnSignal(bar, bar + 1);
    else if (maxBars > 0 && timed <= lastDecision) this.#exitAtMarket(bar, "open", this.#bars.open[bar] ?? 0);
    else this.#stayToTheEnd();
  }

  #leaveGuarded(): void {
    const { open } = this.#bars;
    const guard = this.#guard;
    const isAtClose = this.#isAtClose;
    const endsAtOpen = this.#settings.closeAtEnd === "open";
    for (let bar = this.#entryBar; bar <= this.#last; bar += 1) {
      const isLater = bar > this.#entryBar;
      if (isLater && !isAtClose && this.#decides(bar - 1, bar)) return;
      if (isLater && endsAtOpen && bar === this.#last) {
        this.#exitAtMarket(bar, "open", open[bar] ?? 0);
        return;
      }
      if (this.#isGuarded && guard.hit(bar)) {
        this.#exit(bar, "inside", guard.price);
        return;
      }
      const mayDecide = isAtClose && bar < this.#last && (isLater || this.#entryPlace !== "close");
      if (mayDecide && this.#decides(bar, bar)) return;
      if (this.#isGuarded) guard.follow(bar);
    }
    this.#stayToTheEnd();
  }

  /** Whether the close of a bar decides to leave, which is filled in `bar`. */
  #decides(known: number, bar: number): boolean {
    const signal = this.#signals[known] ?? NO_CHANGE;
    if (signal !== NO_CHANGE && signal !== this.#keptBy()) {
      this.#exitOnSignal(known, bar);
      return true;
    }
    const { maxBars } = this.#settings.overlays;
    if (maxBars === 0 || bar - this.#entryBar < maxBars) return false;
    const { close, open } = this.#bars;
    if (this.#isAtClose) this.#exitAtMarket(bar, "close", close[bar] ?? 0);
    else this.#exitAtMarket(bar, "open", open[bar] ?? 0);
    return true;
  }

  /** The signal that leaves the position alone, besides none at all. */
  #keptBy(): number {
    return this.#settings.onSameSignal === "hold" ? this.#account.direction : NO_CHANGE;
  }

  #exitOnSignal(known: number, bar: number): void {
    const signal = this.#signals[known] ?? NO_CHANGE;
    const { close, open } = this.#bars;
    const reverses = (signal === LONG || signal === SHORT) && bar <= this.#lastEntry;
    if (reverses && this.#gate.allows(signal, known)) this.#reversal = signal;
    if (this.#isAtClose) this.#exitAtMarket(bar, "close", close[bar] ?? 0);
    else this.#exitAtMarket(bar, "open", open[bar] ?? 0);
  }

  #stayToTheEnd(): void {
    const { close, open } = this.#bars;
    const last = this.#last;
    const { closeAtEnd } = this.#settings;
    if (closeAtEnd === "open") this.#exitAtMarket(last, "open", open[last] ?? 0);
    else if (closeAtEnd === "close") this.#exitAtMarket(last, "close", close[last] ?? 0);
    else this.#exitBar = last + 1;
  }

  #exitAtMarket(bar: number, place: FillPlace, price: number): void {
    this.#exit(bar, place, marketPrice(price, -this.#account.direction, this.#settings.costs));
  }

  #exit(bar: number, place: FillPlace, price: number): void {
    this.#exitBar = bar;
    this.#exitPlace = place;
    this.#exitPrice = price;
  }

  #figures(isBankrupt: boolean): Figures {
    const { gains, losses, trades, wins } = this.#account;
    const { last, squares, sum } = this.#curve;
    return {
      equity: last,
      totalReturn: last / this.#settings.cash - 1,
      maxDrawdown: this.#curve.drawdown(),
      sharpe: sharpeOfSums(this.#last, sum, squares, this.#periodsPerYear),
      trades,
      winRate: trades > 0 ? wins / trades : null,
      profitFactor: losses > 0 ? gains / losses : null,
      isBankrupt,
    };
  }
}
