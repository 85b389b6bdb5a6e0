import type { Bars } from "../bars/bars.ts";
import { marketPrice } from "./costs.ts";
import type { EngineSettings } from "./settings.ts";
import type { Inputs } from "./signals.ts";

/** Where in its bar a fill stands. */
export type FillPlace = "open" | "inside" | "close";

/**
 * The stops and targets of the position. A bar that opens beyond one fills at its open; a bar that holds both takes the stop.
 * An entry at an open is guarded from that bar on; after an entry inside a bar nobody knows what came before it, so that in
 * this bar a stop counts only where the bar closes beyond it, and a target from the next bar on.
 */
export class Guard {
  /** Of the last hit: the price of the fill, and what was hit. */
  price = 0;
  reason: "stop" | "trail" | "target" = "stop";

  // Levels are multiplied by the direction, so that stops lie below and targets above for a short as well.
  #direction = 1;
  #stop = Number.NEGATIVE_INFINITY;
  #trail = Number.NEGATIVE_INFINITY;
  #target = Number.POSITIVE_INFINITY;
  #best = 0;
  #entryBar = 0;
  #place: FillPlace = "open";
  readonly #bars: Bars;
  readonly #settings: EngineSettings;
  readonly #inputs: Inputs;

  constructor(bars: Bars, settings: EngineSettings, inputs: Inputs) {
    this.#bars = bars;
    this.#settings = settings;
    this.#inputs = inputs;
  }

  /** Whether anything can ever be hit. */
  static isNeeded({ overlays }: EngineSettings, { orders }: Inputs): boolean {
    const exits = [
      orders?.longExitStop,
      orders?.longExitLimit,
      orders?.shortExitStop,
      orders?.shortExitLimit,
    ];
    return overlays.stopAtr + overlays.takeAtr + overlays.trailAtr > 0 || exits.some((levels) => levels);
  }

  /** Sets the levels of a new position; `atr` is the one known before the fill. */
  arm(direction: number, entryPrice: number, bar: number, place: FillPlace, atr: number): void {
    const { stopAtr, takeAtr, trailAtr } = this.#settings.overlays;
    const entry = direction * entryPrice;
    this.#direction = direction;
    this.#entryBar = bar;
    this.#place = place;
    this.#best = entry;
    this.#stop = stopAtr > 0 ? entry - stopAtr * atr : Number.NEGATIVE_INFINITY;
    this.#trail = trailAtr > 0 ? entry - trailAtr * atr : Number.NEGATIVE_INFINITY;
    this.#target = takeAtr > 0 ? entry + takeAtr * atr : Number.POSITIVE_INFINITY;
  }

  /** Whether the bar takes the position out. */
  hit(bar: number): boolean {
    const entered = bar === this.#entryBar ? this.#place : "open";
    if (entered === "close") return false;
    const isLong = this.#direction > 0;
    const orders = this.#inputs.orders;
    let stop = this.#stop;
    let reason: "stop" | "trail" = "stop";
    if (this.#trail > stop) {
      stop = this.#trail;
      reason = "trail";
    }
    const ordered =
      this.#direction * ((isLong ? orders?.longExitStop : orders?.shortExitStop)?.[bar] ?? Number.NaN);
    if (ordered > stop) {
      stop = ordered;
      reason = "stop";
    }
    let target = this.#target;
    const limit =
      this.#direction * ((isLong ? orders?.longExitLimit : orders?.shortExitLimit)?.[bar] ?? Number.NaN);
    if (limit < target) target = limit;
    return entered === "inside"
      ? this.#closesBeyond(bar, stop, reason)
      : this.#meets(bar, stop, reason, target);
  }

  /** Lets the trailing stop follow a bar that has closed. */
  follow(bar: number): void {
    const { trailAtr } = this.#settings.overlays;
    if (trailAtr === 0) return;
    const { close, high, low } = this.#bars;
    const isSeen = bar !== this.#entryBar || this.#place === "open";
    const extreme = isSeen ? (this.#direction > 0 ? high : low) : close;
    const best = this.#direction * (extreme[bar] ?? Number.NaN);
    if (best > this.#best) this.#best = best;
    const level = this.#best - trailAtr * (this.#inputs.atr?.[bar] ?? Number.NaN);
    if (level > this.#trail) this.#trail = level;
  }

  #closesBeyond(bar: number, stop: number, reason: "stop" | "trail"): boolean {
    if (!(this.#direction * (this.#bars.close[bar] ?? Number.NaN) <= stop)) return false;
    return this.#stopped(stop, reason);
  }

  #meets(bar: number, stop: number, reason: "stop" | "trail", target: number): boolean {
    const isLong = this.#direction > 0;
    const open = this.#direction * (this.#bars.open[bar] ?? Number.NaN);
    if (open <= stop) return this.#stopped(open, reason);
    if (this.#reaches(open, target)) return this.#taken(open);
    const { high, low } = this.#bars;
    const worst = this.#direction * ((isLong ? low : high)[bar] ?? Number.NaN);
    if (worst <= stop) return this.#stopped(stop, reason);
    const best = this.#direction * ((isLong ? high : low)[bar] ?? Number.NaN);
    return this.#reaches(best, target) && this.#taken(target);
  }

  #reaches(price: number, target: number): boolean {
    return this.#settings.limitFill === "touch" ? price >= target : price > target;
  }

  #stopped(level: number, reason: "stop" | "trail"): boolean {
    this.price = marketPrice(this.#direction * level, -this.#direction, this.#settings.costs);
    this.reason = reason;
    return true;
  }

  #taken(level: number): boolean {
    this.price = this.#direction * level;
    this.reason = "target";
    return true;
  }
}
