import type { Random } from "../../../../src/modules/strategies/statistics/random.ts";

/** Returns without skill, evenly spread from −1 to 1 % about the drift. */
export const noise = (random: Random, bars: number, drift = 0): Float64Array =>
  Float64Array.from({ length: bars }, () => drift + (random.next() - 0.5) / 50);
