import { compare, type Standing } from "./ranking.ts";

export interface EarlyStopRule {
  /** Trials without a better one after which a search ends. */
  patience: number;
  /** By how much a loss must be lower to be better. */
  min_improvement: number;
}

/** Whether a search has come to a stop; by what it was told alone. */
export class EarlyStop {
  readonly #rule: EarlyStopRule;
  #best: Standing | undefined;
  #since = 0;

  constructor(rule: EarlyStopRule) {
    this.#rule = rule;
  }

  note(standing: Standing): void {
    const best = this.#best;
    const isBetter =
      best === undefined ||
      (compare(standing, best) < 0 &&
        (standing.violation < best.violation || best.loss - standing.loss > this.#rule.min_improvement));
    this.#since = isBetter ? 0 : this.#since + 1;
    if (isBetter) this.#best = standing;
  }

  get isReached(): boolean {
    return this.#since >= this.#rule.patience;
  }
}
