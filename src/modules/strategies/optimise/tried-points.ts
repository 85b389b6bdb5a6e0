import type { Random } from "../statistics/random.ts";
import { byFronts, type Tried, triedOf } from "./population.ts";
import { Best, compare, standingOf } from "./ranking.ts";
import { type Outcome, streamOf } from "./sampler.ts";
import { anyWeights, LossBounds } from "./scalarise.ts";
import type { Point, Space } from "./space.ts";

/** Best points that are kept, for one objective and for several. */
const MOST_BEST = 25;
const MOST_OF_SEVERAL = 64;
/** Of all others a sample is kept. */
const MOST_OTHERS = 32;

/**
 * What a model of the trials is made of, bounded however many there were: the best points, and a sample of the others in which
 * each is as likely as another (Vitter 1985). Of several objectives the first fronts are kept, the last of them by crowding.
 */
export class TriedPoints {
  readonly #space: Space;
  readonly #seed: number;
  readonly #objectives: number;
  readonly #best = new Best<Tried>(MOST_BEST);
  #several: Tried[] = [];
  readonly #others: Point[] = [];
  readonly #bounds: LossBounds;
  #count = 0;
  #passed = 0;

  constructor(space: Space, seed: number, objectives: number) {
    this.#space = space;
    this.#seed = seed;
    this.#objectives = objectives;
    this.#bounds = new LossBounds(objectives);
  }

  get count(): number {
    return this.#count;
  }

  add(point: Point, outcome: Outcome): void {
    const tried = triedOf(point, outcome, this.#space.rankOf(point));
    this.#count += 1;
    if (this.#objectives === 1) {
      const { gone } = this.#best.place(tried.standing, tried);
      if (gone) this.#pass(gone.point);
      return;
    }
    if (outcome.violation === 0) this.#bounds.note(outcome.losses);
    this.#several.push(tried);
    if (this.#several.length < 2 * MOST_OF_SEVERAL) return;
    const ordered = byFronts(this.#several);
    this.#several = ordered.slice(0, MOST_OF_SEVERAL);
    for (const { point: passed } of ordered.slice(MOST_OF_SEVERAL)) this.#pass(passed);
  }

  /** The best `share` of all trials, 25 at most, best first, and the others; of several objectives by a mixture that chance draws. */
  parted(share: number, random: Random): { good: Point[]; poor: Point[] } {
    const ordered = (this.#objectives === 1 ? this.#best.list() : this.#byMixture(random)).map(
      ({ point }) => point,
    );
    const good = Math.min(MOST_BEST, Math.ceil(share * this.#count));
    const rest = ordered.slice(good);
    const stride = Math.ceil(rest.length / MOST_BEST);
    const poor = [...rest.filter((_, at) => at % stride === 0), ...this.#others];
    return { good: ordered.slice(0, good), poor };
  }

  #byMixture(random: Random): Tried[] {
    const weights = anyWeights(this.#objectives, random);
    return this.#several
      .map((tried) => {
        const loss = this.#bounds.scalar(tried.losses, weights);
        return { tried, standing: standingOf(tried.outcome, tried.rank, loss) };
      })
      .sort((a, b) => compare(a.standing, b.standing))
      .map(({ tried }) => tried);
  }

  #pass(point: Point): void {
    this.#passed += 1;
    if (this.#others.length < MOST_OTHERS) {
      this.#others.push(point);
      return;
    }
    const place = streamOf(this.#seed, -this.#passed).below(this.#passed);
    if (place < MOST_OTHERS) this.#others[place] = point;
  }
}
