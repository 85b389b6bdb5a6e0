import type { Bars } from "../bars/bars.ts";
import { PreparedStrategy, withOverlays } from "../catalogue/prepare.ts";
import type { EngineSettings } from "../engine/settings.ts";
import type { Values } from "../language/numbers.ts";
import { returnsInSpan } from "../overfitting/cut-run.ts";
import {
  planWindows,
  runWindow,
  type WarmSpan,
  type Window,
  type WindowResult,
} from "../overfitting/walk-forward.ts";
import type { SearchPlan } from "./plan.ts";
import { Search, type SearchOptions } from "./search.ts";

export interface WalkForward {
  in_sample: number;
  out_of_sample: number;
  anchored: boolean;
  trials: number;
}

export const windowsOf = (bars: number, walk: WalkForward): Window[] => planWindows(bars, walk, bars);

/** A search of its own in each window, and what its choice did in the bars behind it. */
export class WindowSearch {
  readonly #plan: SearchPlan;
  readonly #bars: Bars;
  readonly #settings: EngineSettings;
  readonly #options: SearchOptions;
  readonly #prepared: PreparedStrategy;

  constructor(plan: SearchPlan, bars: Bars, settings: EngineSettings, options: SearchOptions) {
    this.#plan = plan;
    this.#bars = bars;
    this.#settings = settings;
    this.#options = options;
    this.#prepared = new PreparedStrategy(plan.strategy, bars, options);
  }

  /** The best values of a window's own search; null where none is feasible. Seeded by the window's place. */
  choose({ inSample, index }: Window, trials: number): Values | null {
    const plan = { ...this.#plan, trials };
    const seed = this.#options.seed + index + 1;
    const options = { ...this.#options, seed, early_stop: undefined, span: inSample };
    const search = new Search(plan, this.#bars, this.#settings, options);
    while (typeof search.step() !== "string");
    const [best] = search.best.list();
    return best === undefined || best.violation > 0 || Number.isNaN(best.losses[0])
      ? null
      : search.valuesOf(best);
  }

  /** The figures of a window whose choice is known. */
  result(window: Window, choice: Values | null): WindowResult<Values> {
    const evaluation = {
      choose: () => choice,
      returnsOf: (values: Values, span: WarmSpan) => this.returnsIn(values, span),
    };
    return runWindow(window, evaluation, this.#options.periods_per_year);
  }

  /** Indicators see the bars before the span, and the engine begins with it. */
  returnsIn(values: Values, span: WarmSpan): Float64Array {
    const settings = withOverlays(this.#settings, this.#plan.strategy, values);
    return returnsInSpan(this.#bars, this.#prepared.inputs(values), settings, span);
  }
}
