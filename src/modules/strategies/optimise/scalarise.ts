import type { Random } from "../statistics/random.ts";

/** The best and the worst of each objective that feasible trials have shown. */
export class LossBounds {
  readonly #low: Float64Array;
  readonly #high: Float64Array;

  constructor(objectives: number) {
    this.#low = new Float64Array(objectives).fill(Number.POSITIVE_INFINITY);
    this.#high = new Float64Array(objectives).fill(Number.NEGATIVE_INFINITY);
  }

  note(losses: readonly number[]): void {
    for (const [at, loss] of losses.entries()) {
      if (!Number.isFinite(loss)) continue;
      this.#low[at] = Math.min(this.#low[at] ?? loss, loss);
      this.#high[at] = Math.max(this.#high[at] ?? loss, loss);
    }
  }

  /** One loss of several: the augmented Chebyshev norm from the best of each (Knowles 2006); of a single one, itself. */
  scalar(losses: readonly number[], weights: readonly number[]): number {
    if (losses.length === 1) return losses[0] ?? Number.NaN;
    let [most, sum] = [0, 0];
    for (const [at, loss] of losses.entries()) {
      const low = this.#low[at] ?? 0;
      const span = (this.#high[at] ?? 0) - low;
      const part = ((weights[at] ?? 0) * (loss - low)) / (span > 0 ? span : 1);
      most = Math.max(most, part);
      sum += part;
    }
    return most + 0.05 * sum;
  }
}

/** Weights that add up to 1, each mixture as likely as another. */
export function anyWeights(objectives: number, random: Random): number[] {
  const drawn = Array.from({ length: objectives }, () => -Math.log(1 - random.next()));
  const sum = drawn.reduce((all, one) => all + one, 0);
  return drawn.map((one) => (sum > 0 ? one / sum : 1 / objectives));
}
