import { z } from "zod";

export const INDICATORS = ["SMA", "EMA", "RSI", "ATR", "Bollinger", "MACD"] as const;
export type Indicator = (typeof INDICATORS)[number];

export const evaluationsRequest = z.object({ csv: z.string().nullable(), rounds: z.int().min(1) });
export const evaluationsAnswer = z.object({ bars: z.int(), evaluations: z.int(), best: z.number() });

export const indicatorRequest = z.object({
  name: z.enum(INDICATORS),
  bars: z.int().min(100),
  rounds: z.int().min(1),
});
/** The sum of all last values, so that no round can be left out. */
export const indicatorAnswer = z.object({ sum: z.number() });
