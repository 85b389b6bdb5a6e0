import { MINUTE_MS } from "../../platform/clock.ts";
import { PRIORITIES, type Priority } from "./policy.ts";

/** A job that wants a slice, or has been granted one. */
export interface Ticket {
  job_id: string;
  type: string;
  /** How many of its type the desk may have at work at once; null is as many as there are slots. */
  at_once: number | null;
  priority: Priority;
  /** Whether it has had a slice before: what has begun goes on before anything else of its priority begins. */
  started: boolean;
}

/** How far a slice moves a priority on: while all four wait, of fifteen slices eight are critical and one is low. */
export const STRIDES: Record<Priority, number> = { critical: 1, high: 2, normal: 4, low: 8 };
/** Under any flood a priority that may go has its next slice among this many that its desk is granted. */
export const SLICES_WITHIN = 18;

/** How far each priority has come; the one that is furthest behind goes next (stride scheduling). */
export type Passes = Record<Priority, number>;
export const NO_PASSES: Passes = { critical: 0, high: 0, normal: 0, low: 0 };

/**
 * Which of the priorities that may go now goes next, and the passes after it has. Among equals the higher one goes.
 * Those that may not go, idle or held up, are moved on to where it stood: no share is saved up by standing aside.
 */
export function nextPriority(passes: Passes, ready: readonly Priority[]): [Priority, Passes] | undefined {
  const order = PRIORITIES.filter((priority) => ready.includes(priority));
  const least = Math.min(...order.map((priority) => passes[priority]));
  const next = order.find((priority) => passes[priority] === least);
  if (next === undefined) return undefined;
  const moved = { ...passes, [next]: least + STRIDES[next] };
  for (const aside of PRIORITIES) {
    if (!order.includes(aside)) moved[aside] = Math.max(moved[aside], least);
  }
  return [next, moved];
}

/** The slots of a desk of which nobody has told the plan. */
export const FEWEST_SLOTS = 2;
const LONGEST_WAIT_MS = 15 * MINUTE_MS;

/** When a granted message of which nothing was heard is sent again: it may be lost, or only waiting in a long queue. */
export function resendAfter_ms(lease_ms: number, sent: number): number {
  return Math.min(LONGEST_WAIT_MS, 2 * lease_ms * 2 ** Math.max(0, sent - 1));
}
