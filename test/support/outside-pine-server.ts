import { PineTS } from "pinets";
import { z } from "zod";
import type { OutsideRun } from "./outside-pine.ts";

const column = z.array(z.number());
const request = z.object({
  source: z.string(),
  bars: z.object({ times: column, open: column, high: column, low: column, close: column, volume: column }),
});
const plots = z.record(z.string(), z.object({ data: z.array(z.object({ value: z.unknown() })) }));
const trades = z.array(
  z
    .object({
      entry_bar_index: z.number(),
      entry_price: z.number(),
      exit_bar_index: z.number(),
      exit_price: z.number(),
      /** Below 0 for a short. */
      size: z.number(),
      profit: z.number(),
    })
    .transform((trade) => ({
      entryBar: trade.entry_bar_index,
      entryPrice: trade.entry_price,
      exitBar: trade.exit_bar_index,
      exitPrice: trade.exit_price,
      size: trade.size,
      pnl: trade.profit,
    })),
);

const DAY_MS = 86_400_000;

/**
 * Runs a script in PineTS, which must live in Node: it compiles code from text, and Workers refuse that. `POST` of a script and
 * columns of daily bars; the answer is an `OutsideRun` as JSON, na as null. It is given all bars, and asks no provider for any.
 */
export async function answerOutsidePine(asked: Request): Promise<Response> {
  const { bars, source } = request.parse(await asked.json());
  const rows = bars.times.map((time, bar) => ({
    ...{ openTime: time, closeTime: time + DAY_MS - 1 },
    ...{ open: bars.open[bar], high: bars.high[bar], low: bars.low[bar] },
    ...{ close: bars.close[bar], volume: bars.volume[bar] },
  }));
  const run = await new PineTS(rows, "TEST", "D").run(source);
  const own = Object.entries(run.plots).filter(([name]) => !name.startsWith("__"));
  const drawn = Object.entries(plots.parse(Object.fromEntries(own)));
  const answer: OutsideRun = {
    plots: Object.fromEntries(
      drawn.map(([title, { data }]) => [title, data.map(({ value }) => known(value))]),
    ),
    trades: trades.parse(run.strategy?.closedtrades ?? []),
  };
  return Response.json(answer);
}

function known(value: unknown): number | null {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
