import type { Dimension } from "../../src/modules/strategies/optimise/space.ts";

/** A function whose least value is known, on a fine grid of its box, and what Optuna 5's TPE misses it by. */
export interface TestFunction {
  name: string;
  dimensions: Dimension[];
  of(x: readonly number[]): number;
  least: number;
  /** Median over 15 seeds of best value − least, by trials. */
  optuna: Record<number, number>;
}

const box = (count: number, min: number, max: number, levels: number): Dimension[] =>
  Array.from({ length: count }, (_, at) => ({ name: `x${at}`, min, max, step: (max - min) / levels }));

const HARTMANN_WEIGHTS = [1, 1.2, 3, 3.2];
const HARTMANN_SHAPE = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const HARTMANN_PLACES = [
  [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
  [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
  [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
  [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
];

export const FUNCTIONS: TestFunction[] = [
  {
    name: "Branin",
    dimensions: [
      { name: "x0", min: -5, max: 10, step: 15 / 4_000 },
      { name: "x1", min: 0, max: 15, step: 15 / 4_000 },
    ],
    of: ([x = 0, y = 0]) =>
      (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
      10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
      10,
    least: 0.397887,
    optuna: { 50: 0.093, 100: 0.018, 200: 0.0042 },
  },
  {
    name: "Hartmann-6",
    dimensions: box(6, 0, 1, 400),
    of: (x) =>
      -HARTMANN_WEIGHTS.reduce((sum, weight, i) => {
        const distance = x.reduce(
          (all, at, j) => all + (HARTMANN_SHAPE[i]?.[j] ?? 0) * (at - (HARTMANN_PLACES[i]?.[j] ?? 0)) ** 2,
          0,
        );
        return sum + weight * Math.exp(-distance);
      }, 0),
    least: -3.32237,
    optuna: { 50: 0.32, 100: 0.087, 200: 0.03 },
  },
  {
    name: "Rastrigin-5",
    dimensions: box(5, -5.12, 5.12, 1_024),
    of: (x) => x.reduce((sum, at) => sum + at * at - 10 * Math.cos(2 * Math.PI * at) + 10, 0),
    least: 0,
    optuna: { 50: 38, 100: 25, 200: 16.5 },
  },
];
