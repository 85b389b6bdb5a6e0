import type { Bars } from "../bars/bars.ts";
import type { EngineSettings, Overlays } from "../engine/settings.ts";
import type { CrossingRule, Inputs } from "../engine/signals.ts";
import { atr } from "../indicators/volatility.ts";
import { Columns } from "../language/columns.ts";
import { numberOf, parameter, type Values } from "../language/numbers.ts";
import { SignalMaker } from "../language/signals.ts";
import { sma } from "../language/vocabulary/averages.ts";
import { close } from "../language/vocabulary/prices.ts";
import type { Strategy } from "./declare.ts";
import { ATR_LENGTH, OVERLAYS } from "./overlays.ts";

export interface RunOptions {
  crossing: CrossingRule;
  /** Of the bars' timeframe, not guessed from them. */
  isIntraday: boolean;
}

/** The overlay's average; it makes room for others like a strategy's own columns. */
const TREND = sma(close, parameter("trend_ma"));

/** A strategy over one series of bars, for any number of parameter sets. */
export class PreparedStrategy {
  readonly #strategy: Strategy;
  readonly #bars: Bars;
  readonly #columns: Columns;
  readonly #maker: SignalMaker;
  #atr: Float64Array | undefined;

  constructor(strategy: Strategy, bars: Bars, { crossing, isIntraday }: RunOptions) {
    this.#strategy = strategy;
    this.#bars = bars;
    this.#columns = new Columns(bars, { crossing, isIntraday });
    this.#maker = new SignalMaker(strategy.rules, this.#columns, crossing);
  }

  /** What the engine needs to run checked values; `signals` is written over by the next call. */
  inputs(values: Values): Inputs {
    this.#columns.begin();
    const orders = this.#maker.orders(values);
    const trend = Object.hasOwn(this.#strategy.parameters, "trend_ma") ? 0 : (values.trend_ma ?? 0);
    this.#atr ??= atr(this.#bars, ATR_LENGTH);
    return {
      signals: this.#maker.signals(values),
      atr: this.#atr,
      ...(orders && { orders }),
      ...(trend > 0 && { trend: this.#columns.series(TREND, values) }),
    };
  }
}

/** The settings with the overlays that the values ask for; a strategy's own holding time ends a position no later. */
export function withOverlays(settings: EngineSettings, strategy: Strategy, values: Values): EngineSettings {
  const hold = strategy.rules.hold === undefined ? 0 : numberOf(strategy.rules.hold, values);
  const most = values.max_bars ?? 0;
  const overlays: Overlays = {
    stopAtr: values.stop_atr ?? 0,
    takeAtr: values.take_atr ?? 0,
    trailAtr: values.trail_atr ?? 0,
    maxBars: hold > 0 && most > 0 ? Math.min(hold, most) : hold + most,
    cooldown: values.cooldown ?? 0,
  };
  return { ...settings, overlays };
}

/** The values that say something to a reader: the strategy's own, and of the overlays those that are on. */
export const tellingValues = ({ parameters }: Strategy, values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([name, value]) => name in parameters || value !== 0));

/** A strategy's own parameters and the overlays that it has no parameter of its own for. */
export const rangesOf = ({ parameters }: Strategy) => ({ ...OVERLAYS, ...parameters });
