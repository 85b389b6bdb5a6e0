import type { Builtin } from "../signature.ts";
import { AVERAGES } from "./averages.ts";
import { EVENTS } from "./events.ts";
import { EXTREMES } from "./extremes.ts";
import { MATH } from "./math.ts";
import { ORDERS } from "./orders.ts";
import { OSCILLATORS } from "./oscillators.ts";
import { SPREADS } from "./spreads.ts";
import { TIMES } from "./times.ts";
import { TRENDS } from "./trends.ts";

/** Functions that Pine has itself, each with its overloads. */
export const BUILTINS: ReadonlyMap<string, readonly Builtin[]> = new Map(
  Object.entries({
    ...AVERAGES,
    ...EVENTS,
    ...EXTREMES,
    ...MATH,
    ...ORDERS,
    ...OSCILLATORS,
    ...SPREADS,
    ...TIMES,
    ...TRENDS,
  }),
);
