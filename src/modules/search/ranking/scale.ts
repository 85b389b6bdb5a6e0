/** Signals of unlike kinds are compared from their hundredth-best value, as 0, to their best, as 1. */
export const FLOOR_RANK = 100;

/**
 * Makes a signal of raw scores: (s - floor) / (best - floor), never below 0, where `floor` is the hundredth best, or
 * 0 where there are fewer. A signal whose best is no better than its floor tells nothing.
 */
export function scaleOf(best: number | undefined, floor: number | undefined): (score: number) => number {
  const low = floor ?? 0;
  if (best === undefined || best <= low) return () => 0;
  return (score) => Math.max(0, (score - low) / (best - low));
}
