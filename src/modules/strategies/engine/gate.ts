import type { Bars } from "../bars/bars.ts";
import { marketPrice } from "./costs.ts";
import type { FillPlace } from "./guard.ts";
import type { EngineSettings } from "./settings.ts";
import { type Inputs, LONG, SHORT } from "./signals.ts";

/** Which entries are allowed, and which of the resting entry orders a bar fills. */
export class Gate {
  /** Of the last order that was filled. */
  direction = 0;
  price = 0;
  place: FillPlace = "open";

  /** How far from the open the level of the order is that is filled first. */
  #distance = 0;
  readonly hasOrders: boolean;
  readonly #needsAtr: boolean;
  readonly #bars: Bars;
  readonly #settings: EngineSettings;
  readonly #inputs: Inputs;

  constructor(bars: Bars, settings: EngineSettings, inputs: Inputs) {
    const { overlays, sizing } = settings;
    const { orders } = inputs;
    this.#bars = bars;
    this.#settings = settings;
    this.#inputs = inputs;
    this.#needsAtr =
      overlays.stopAtr + overlays.takeAtr + overlays.trailAtr > 0 || sizing.kind === "atr_risk";
    this.hasOrders = [
      orders?.longEntryStop,
      orders?.longEntryLimit,
      orders?.shortEntryStop,
      orders?.shortEntryLimit,
    ].some((levels) => levels);
  }

  /** Whether a position of this direction may be opened on what is known at the close of a bar. */
  allows(direction: number, known: number): boolean {
    const { side } = this.#settings;
    if (direction === LONG ? side === "short" : side === "long") return false;
    if (this.#needsAtr && !(this.atr(known) > 0)) return false;
    const { trend } = this.#inputs;
    if (trend === undefined) return true;
    const beyond = (this.#bars.close[known] ?? Number.NaN) - (trend[known] ?? Number.NaN);
    return direction * beyond >= 0;
  }

  /** The average true range at the close of a bar; not a number where none was given. */
  atr(known: number): number {
    return this.#inputs.atr?.[known] ?? Number.NaN;
  }

  /**
   * Whether the bar fills an entry order: at the open where it gaps beyond, else at the order's level. Of several the one nearest
   * the open is first; of two as near, long before short and stop before limit.
   */
  fillsOrder(bar: number): boolean {
    const { orders } = this.#inputs;
    this.#distance = Number.POSITIVE_INFINITY;
    if (this.allows(LONG, bar - 1)) {
      this.#trySide(bar, LONG, orders?.longEntryStop, orders?.longEntryLimit);
    }
    if (this.allows(SHORT, bar - 1)) {
      this.#trySide(bar, SHORT, orders?.shortEntryStop, orders?.shortEntryLimit);
    }
    return this.#distance < Number.POSITIVE_INFINITY;
  }

  // Prices are multiplied by the direction: a stop lies above the open and a limit below, for a short as well.
  #trySide(bar: number, direction: number, stops?: Float64Array, limits?: Float64Array): void {
    const { high, low, open } = this.#bars;
    const start = direction * (open[bar] ?? Number.NaN);
    const most = direction * ((direction > 0 ? high : low)[bar] ?? Number.NaN);
    const least = direction * ((direction > 0 ? low : high)[bar] ?? Number.NaN);
    const stop = direction * (stops?.[bar] ?? Number.NaN);
    if (start >= stop || most >= stop) this.#fill(direction, start, Math.max(start, stop), true);
    const limit = direction * (limits?.[bar] ?? Number.NaN);
    const isFilled = this.#settings.limitFill === "touch" ? least <= limit : least < limit;
    if (isFilled) this.#fill(direction, start, Math.min(start, limit), false);
  }

  #fill(direction: number, start: number, level: number, isStop: boolean): void {
    const distance = Math.abs(level - start);
    if (!(distance < this.#distance)) return;
    const price = direction * level;
    this.#distance = distance;
    this.direction = direction;
    this.place = distance === 0 ? "open" : "inside";
    this.price = isStop ? marketPrice(price, direction, this.#settings.costs) : price;
  }
}
