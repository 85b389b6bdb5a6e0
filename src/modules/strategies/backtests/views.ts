import { z } from "@hono/zod-openapi";
import { isoTime } from "../../../platform/clock.ts";
import type { Job } from "../../jobs/job.ts";
import { jobView } from "../../jobs/schemas.ts";
import { strategyNamed } from "../catalogue/catalogue.ts";
import { checkedValues } from "../catalogue/declare.ts";
import { rangesOf, tellingValues } from "../catalogue/prepare.ts";
import type { Values } from "../language/numbers.ts";
import type { Run } from "../runs/store.ts";
import { runView } from "../runs/views.ts";
import type { CurvePoint, TradeRecord } from "./records.ts";
import {
  backtestRequest,
  backtestSchema,
  type backtestWithJob,
  type equitySchema,
  type tradeSchema,
} from "./schemas.ts";

const { metric_reasons, metrics, open_positions, periods_per_year } = backtestSchema.shape;
const kept = z.object({
  ...{ metric_reasons, metrics, open_positions, periods_per_year, bars: z.int() },
  symbols: z.array(z.string()),
});

const NOTHING = {
  metrics: null,
  metric_reasons: null,
  periods_per_year: null,
  bars: null,
  open_positions: null,
};

/** What a run's job has kept as its result. */
export const resultOf = ({ result }: Run) => (result === null ? undefined : kept.parse(result));

/** With the strategy's defaults for what was not asked; overlays that are off are left out. */
function parametersOf({ request, strategy: name }: Run): Values {
  const { parameters } = backtestRequest.parse(request);
  const strategy = strategyNamed(name);
  if (strategy === undefined) return parameters;
  return tellingValues(strategy, checkedValues(rangesOf(strategy), [], parameters).values);
}

export function backtestView(run: Run, job: Job | undefined): z.infer<typeof backtestSchema> {
  const { symbols: _, ...result } = resultOf(run) ?? { ...NOTHING, symbols: [] };
  const told = runView(run, job);
  const self = told.links.self;
  return {
    id: run.id as `bkt_${string}`,
    ...told,
    parameters: parametersOf(run),
    ...result,
    links: { ...told.links, trades: `${self}/trades`, equity: `${self}/equity` },
  };
}

export const backtestWithJobView = (run: Run, job: Job | undefined): z.infer<typeof backtestWithJob> => ({
  ...backtestView(run, job),
  job: job === undefined ? null : jobView(job),
});

export const tradeView = (
  trade: TradeRecord,
  index: number,
  symbols: string[],
): z.infer<typeof tradeSchema> => ({
  ...{ index, symbol: symbols[trade.symbol] ?? "", side: trade.side, quantity: trade.quantity },
  ...{ entry_time: isoTime(trade.entryTime), exit_time: isoTime(trade.exitTime) },
  ...{ entry_bar: trade.entryBar, exit_bar: trade.exitBar },
  ...{ entry_price: trade.entryPrice, exit_price: trade.exitPrice },
  ...{ pnl: trade.pnl, return_pct: 100 * trade.return, commission: trade.commission },
  ...{ exit_reason: trade.exitReason, mae_pct: 100 * trade.mae, mfe_pct: 100 * trade.mfe },
});

export const equityView = ({ drawdown, equity, time }: CurvePoint): z.infer<typeof equitySchema> => ({
  time: isoTime(time),
  equity,
  drawdown_pct: -100 * drawdown + 0,
});
