import { PreparedStrategy, withOverlays } from "../catalogue/prepare.ts";
import type { Values } from "../language/numbers.ts";
import { returnsInSpan } from "../overfitting/cut-run.ts";
import {
  planWindows,
  runWindow,
  type WarmSpan,
  type Window,
  type WindowResult,
} from "../overfitting/walk-forward.ts";
import { Search, type SearchTask, spaceOf } from "./search.ts";

export interface WalkForward {
  in_sample: number;
  out_of_sample: number;
  anchored: boolean;
  trials: number;
}

export const windowsOf = (bars: number, walk: WalkForward): Window[] => planWindows(bars, walk, bars);

/** A search of its own in each window, and what its choice did in the bars behind it. */
export class WindowSearch {
  readonly #task: SearchTask;
  readonly #prepared: PreparedStrategy;
  readonly #points: number;

  constructor(task: SearchTask) {
    this.#task = task;
    this.#prepared = new PreparedStrategy(task.plan.strategy, task.bars, task.options);
    this.#points = spaceOf(task.plan).size;
  }

  /**
   * The best values of a window's own search; null where none is feasible. Seeded by the window's place. Of a grid with more points
   * than trials, whose first ones are a corner of it, chance draws.
   */
  choose({ inSample, index }: Window, trials: number): Values | null {
    const { options, plan } = this.#task;
    const method = options.method === "grid" && this.#points > trials ? "random" : options.method;
    const search = new Search({
      ...this.#task,
      plan: { ...plan, trials },
      options: { ...options, method, seed: options.seed + index + 1, early_stop: undefined, span: inSample },
    });
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
    return runWindow(window, evaluation, this.#task.options.periods_per_year);
  }

  /** Indicators see the bars before the span, and the engine begins with it. */
  returnsIn(values: Values, span: WarmSpan): Float64Array {
    const { bars, plan, settings: given } = this.#task;
    const settings = withOverlays(given, plan.strategy, values);
    return returnsInSpan(bars, this.#prepared.inputs(values), settings, span);
  }
}
