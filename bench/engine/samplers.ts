import { DifferentialEvolution } from "../../src/modules/strategies/optimise/differential-evolution.ts";
import { RandomSampler } from "../../src/modules/strategies/optimise/random-search.ts";
import type { Sampler } from "../../src/modules/strategies/optimise/sampler.ts";
import { Space } from "../../src/modules/strategies/optimise/space.ts";
import { TpeSampler } from "../../src/modules/strategies/optimise/tpe.ts";
import { FUNCTIONS, type TestFunction } from "./functions.ts";

const SEEDS = 15;
const SAMPLERS: [name: string, of: (space: Space, seed: number) => Sampler][] = [
  ["tpe", (space, seed) => new TpeSampler(space, seed)],
  ["de", (space, seed) => new DifferentialEvolution(space, seed)],
  ["random", (space, seed) => new RandomSampler(space, seed)],
];

/** What the best of the first trials misses the least value by, at each of the counts. */
function regretsOf(
  { dimensions, least, of }: TestFunction,
  counts: number[],
  make: (space: Space) => Sampler,
) {
  const space = new Space(dimensions);
  const sampler = make(space);
  const regrets: number[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial < Math.max(...counts); trial += 1) {
    const point = sampler.ask(trial);
    if (point === undefined) break;
    const loss = of(point.map((level, at) => space.value(at, level)));
    sampler.tell(trial, point, { losses: [loss], violation: 0 });
    best = Math.min(best, loss);
    if (counts.includes(trial + 1)) regrets.push(best - least);
  }
  return regrets;
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const shown = (value: number): string => value.toPrecision(2).padStart(9);

/** Median regrets over the seeds from `first` on, beside Optuna's. */
export function tellRegrets(first = 1, seeds = SEEDS): void {
  console.log(
    `median regret over ${seeds} seeds      trials   Optuna${SAMPLERS.map(([name]) => name.padStart(9)).join("")}`,
  );
  for (const test of FUNCTIONS) {
    const counts = Object.keys(test.optuna).map(Number);
    const of = SAMPLERS.map(([, make]) => {
      const all = Array.from({ length: seeds }, (_, at) =>
        regretsOf(test, counts, (space) => make(space, first + at)),
      );
      return counts.map((_, place) => median(all.map((regrets) => regrets[place] ?? Number.NaN)));
    });
    for (const [place, count] of counts.entries())
      console.log(
        `${test.name.padEnd(28)}${String(count).padStart(8)}${shown(test.optuna[count] ?? 0)}${of.map((regrets) => shown(regrets[place] ?? 0)).join("")}`,
      );
  }
}

/** µs of CPU for a suggestion, asked and told, over the last half of so many trials. */
export function tellSpeed(): void {
  console.log("\nµs a suggestion, after         1,000   10,000  100,000 trials");
  const [, hartmann] = FUNCTIONS;
  if (hartmann === undefined) return;
  for (const [name, make] of SAMPLERS) {
    const space = new Space(hartmann.dimensions);
    // A search of another seed, so that the code is compiled before it is timed.
    regretsOf(hartmann, [2_000], (of) => make(of, 2));
    const sampler = make(space, 1);
    const times: number[] = [];
    let trial = 0;
    for (const count of [1_000, 10_000, 100_000]) {
      let started = 0;
      for (; trial < count; trial += 1) {
        if (trial === count / 2) started = process.cpuUsage().user;
        const point = sampler.ask(trial);
        if (point === undefined) break;
        const loss = hartmann.of(point.map((level, at) => space.value(at, level)));
        sampler.tell(trial, point, { losses: [loss], violation: 0 });
      }
      times.push((process.cpuUsage().user - started) / (count / 2));
    }
    console.log(`${name.padEnd(28)}${times.map((time) => time.toFixed(1).padStart(9)).join("")}`);
  }
}
