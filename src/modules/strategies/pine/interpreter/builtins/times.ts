import { PineFault } from "../fault.ts";
import { type Builtin, series } from "../signature.ts";
import type { Value } from "../values.ts";

const DAY_MS = 86_400_000;

/** Midnight, UTC, of the day that a time falls on; both ms since 1970. Sessions here are days of UTC. */
export const dayOf = (time: number): number => Math.floor(time / DAY_MS) * DAY_MS;

const isDaily = (timeframe: Value | undefined): boolean => timeframe === "D" || timeframe === "1D";

/** The opening of the day, and whether a bar is the first of it; days are the only timeframe. */
export const TIMES: Readonly<Record<string, readonly Builtin[]>> = {
  time: [
    series("simple string timeframe", "int", (machine, place) => (timeframe) => {
      if (!isDaily(timeframe)) throw new PineFault('the subset knows time("D") alone', place);
      return dayOf(machine.bars.times[machine.bar] ?? Number.NaN);
    }),
  ],
  "timeframe.change": [
    series("simple string timeframe", "bool", (machine, place) => (timeframe) => {
      if (!isDaily(timeframe)) throw new PineFault('the subset knows timeframe.change("1D") alone', place);
      const { times } = machine.bars;
      return dayOf(times[machine.bar] ?? Number.NaN) !== dayOf(times[machine.bar - 1] ?? Number.NaN);
    }),
  ],
};
