import { z } from "zod";
import { type Cell, type Table, tableFile } from "../../../http/table-export.ts";
import { defineJob, type Slice, type SliceOutcome } from "../../jobs/define.ts";
import { decodeTrades } from "../backtests/records.ts";
import type { tradeSchema } from "../backtests/schemas.ts";
import { resultOf, tradeView } from "../backtests/views.ts";
import { runKey } from "../runs/object-keys.ts";
import { orFail } from "../runs/of-job.ts";
import { endedRun } from "../runs/read.ts";
import { fileResult, keepFile } from "./file.ts";
import { exampleTradesExport, type TradesExportRequest, tradesExportRequest } from "./schemas.ts";

type Trade = z.infer<typeof tradeSchema>;

const COLUMNS = [
  ...[
    "index",
    "symbol",
    "side",
    "quantity",
    "entry_time",
    "exit_time",
    "entry_bar",
    "exit_bar",
    "entry_price",
  ],
  ...["exit_price", "pnl", "return_pct", "commission", "exit_reason", "mae_pct", "mfe_pct"],
] as const satisfies readonly (keyof Trade)[];

const TABLE: Table<Trade> = {
  sheet: "Trades",
  columns: [...COLUMNS],
  cellsOf: (trade): Cell[] => COLUMNS.map((name) => trade[name]),
  viewOf: (trade) => trade,
};

/** Keeps a backtest's trades as a table. */
export const tradesJob = defineJob({
  type: "exports.trades",
  input: tradesExportRequest,
  checkpoint: z.never(),
  batch: { item: tradesExportRequest, permission: "exports:write", example: exampleTradesExport },
  run: async (slice: Slice<TradesExportRequest, never>): Promise<SliceOutcome> => {
    const { desk, input, platform } = slice;
    return await orFail(async () => {
      const run = await endedRun(platform, desk, "backtest", input.backtest_id);
      const object = await platform.files.get(runKey(desk, run.id, "trades"));
      const rows = object === null ? [] : decodeTrades(await object.arrayBuffer());
      const symbols = resultOf(run)?.symbols ?? [];
      const trades = rows.map((trade, at) => tradeView(trade, at, symbols));
      const { body, name, type } = tableFile(platform.log, TABLE, inTurn(trades), {
        ...{ format: input.format, name: `${run.strategy}-trades` },
      });
      return { done: { ...fileResult(await keepFile(slice, name, type, body)), trades: trades.length } };
    });
  },
});

async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
