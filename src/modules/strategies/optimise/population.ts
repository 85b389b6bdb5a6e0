import type { Random } from "../statistics/random.ts";
import { crowdingOf, frontsOf, type Judged } from "./dominance.ts";
import { compare, type Standing, standingOf } from "./ranking.ts";
import type { Outcome } from "./sampler.ts";
import type { Point } from "./space.ts";

/** A point with what came of it. */
export interface Tried extends Judged {
  readonly point: Point;
  readonly outcome: Outcome;
  readonly standing: Standing;
}

export const triedOf = (point: Point, outcome: Outcome, rank: number): Tried => ({
  ...{ point, outcome, rank, losses: outcome.losses, standing: standingOf(outcome, rank) },
});

/** Feasible ones front by front, in each the least crowded first; then the others by their violations (NSGA-II, Deb 2002). */
export function byFronts(all: readonly Tried[]): Tried[] {
  const isWhole = ({ losses, outcome }: Tried) =>
    outcome.violation === 0 && losses.every((loss) => Number.isFinite(loss));
  const feasible = frontsOf(all.filter(isWhole)).flatMap((front) => {
    const crowding = crowdingOf(front);
    const spread = front.map((tried, at) => ({ tried, distance: crowding[at] ?? 0 }));
    spread.sort((a, b) =>
      a.distance === b.distance ? a.tried.rank - b.tried.rank : a.distance > b.distance ? -1 : 1,
    );
    return spread.map(({ tried }) => tried);
  });
  const others = all.filter((tried) => !isWhole(tried));
  return [...feasible, ...others.sort((a, b) => compare(a.standing, b.standing))];
}

/** Who lives on and has descendants. */
export interface Population {
  /** Undefined until there are enough. */
  parentOf(trial: number): Tried | undefined;
  any(random: Random): Tried | undefined;
  /** One to move towards. */
  leader(random: Random): Tried | undefined;
  take(trial: number, child: Tried): void;
}

/** For one objective: a descendant takes the place of its parent where it is no worse. */
export class SlotPopulation implements Population {
  readonly #size: number;
  readonly #slots: Tried[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  parentOf(trial: number): Tried | undefined {
    return this.#slots.length < this.#size ? undefined : this.#slots[trial % this.#size];
  }

  any(random: Random): Tried | undefined {
    return this.#slots[random.below(this.#slots.length)];
  }

  leader(): Tried | undefined {
    return this.#slots.reduce((best, one) => (compare(one.standing, best.standing) < 0 ? one : best));
  }

  take(trial: number, child: Tried): void {
    const slot = trial % this.#size;
    const parent = this.#slots[slot];
    const isNoWorse =
      parent === undefined || compare(child.standing, { ...parent.standing, rank: child.rank }) <= 0;
    if (isNoWorse) this.#slots[slot] = child;
  }
}

/** Share of the population, the best first, that the others move towards. */
const LEADERS = 0.25;

/** For several objectives: parents and descendants stay together until there are twice as many, then the best half of both. */
export class FrontPopulation implements Population {
  readonly #size: number;
  #members: Tried[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  parentOf(trial: number): Tried | undefined {
    return this.#members.length < this.#size ? undefined : this.#members[trial % this.#size];
  }

  any(random: Random): Tried | undefined {
    return this.#members[random.below(this.#members.length)];
  }

  leader(random: Random): Tried | undefined {
    return this.#members[random.below(Math.ceil(LEADERS * this.#size))];
  }

  take(_: number, child: Tried): void {
    this.#members.push(child);
    if (this.#members.length >= 2 * this.#size) this.#members = byFronts(this.#members).slice(0, this.#size);
  }
}
