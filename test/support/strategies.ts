import { sendLeftBehind } from "./batches.ts";
import { call } from "./desk.ts";

export interface DatasetAnswer {
  id: string;
  hash: string;
  bars: number;
  timeframe: string;
  symbols: { symbol: string; bars: number; first: string; last: string }[];
  report: { usable: boolean; findings: { code: string; count: number }[] };
}

/** A set of sample bars: the same on every desk. */
export async function newDataset(token: string, more: object = {}): Promise<DatasetAnswer> {
  const json = { name: "Sample", symbols: ["ALPHA"], bars: 300, seed: 7, ...more };
  const answer = await call("/v1/datasets/sample", { token, json });
  if (answer.status > 201) throw new Error(`data set: ${answer.status} ${await answer.text()}`);
  return await answer.json<DatasetAnswer>();
}

/** Bars as the CSV that people have. */
export async function sendCsv(
  token: string,
  csv: string,
  fields: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new File([csv], "GOOG.csv"));
  return await call("/v1/datasets", { token, body: form, headers });
}

/** A file of bars that nobody has sent before. */
export function csvForm(): FormData {
  const first = 1 + Math.floor(Math.random() * 1e6);
  const rows = Array.from({ length: 30 }, (_, day) => {
    const price = first + day;
    return `2024-01-${String(day + 1).padStart(2, "0")},${price},${price + 2},${price - 2},${price + 1},1000`;
  });
  const form = new FormData();
  form.set("file", new File([`date,open,high,low,close,volume\n${rows.join("\n")}\n`], "NEW.csv"));
  return form;
}

export interface RunAnswer {
  id: string;
  status: string;
  dataset_hash: string;
  metrics: Record<string, number | null>;
  metric_reasons: Record<string, string>;
  open_positions?: { symbol: string }[] | null;
  error: { code: string; message: string } | null;
  [field: string]: unknown;
}

interface JobAnswer {
  id: string;
  status: string;
  links: Record<string, string>;
}

/** Asks for a run and waits until it has ended. */
export async function runTo<T = RunAnswer>(
  token: string,
  path: string,
  json: object,
  timeout_ms = 60_000,
): Promise<T> {
  const answer = await call(path, { token, json });
  if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const job = await answer.json<JobAnswer>();
  return await endedRun<T>(token, job.links.result ?? "", timeout_ms);
}

const OPEN = ["queued", "running", "paused", "cancelling"];

export async function endedRun<T = RunAnswer>(token: string, path: string, timeout_ms = 25_000): Promise<T> {
  const until = Date.now() + timeout_ms;
  for (;;) {
    const run = await (await call(path, { token })).json<{ status: string }>();
    if (!OPEN.includes(run.status)) return run as T;
    if (Date.now() > until) throw new Error(`${path} is still ${run.status}`);
    await sendLeftBehind();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const SMA_CROSS = {
  strategy: "sma_cross",
  parameters: { fast: 5, slow: 20 },
  side: "both",
  capital: 10_000,
};

async function succeeded(token: string, path: string, json: object): Promise<string> {
  const run = await runTo(token, path, json);
  if (run.status !== "succeeded") throw new Error(`${path}: ${JSON.stringify(run.error)}`);
  return run.id;
}

/** The id of a backtest that has succeeded. */
export const newBacktest = (token: string, dataset_id: string, more: object = {}): Promise<string> =>
  succeeded(token, "/v1/backtests", { dataset_id, ...SMA_CROSS, ...more });

export const SMALL_SEARCH = {
  ...{ strategy: "sma_cross", side: "both", method: "grid" },
  space: { fast: { min: 3, max: 5, step: 1 }, slow: { values: [10, 15] } },
};

export const newOptimization = (token: string, dataset_id: string): Promise<string> =>
  succeeded(token, "/v1/optimizations", { dataset_id, ...SMALL_SEARCH });

export const ARMS = {
  first: { strategy: "sma_cross", parameters: { fast: 3, slow: 10 } },
  second: { strategy: "ema_cross", parameters: { fast: 3, slow: 10 } },
};

export const newExperiment = (token: string, dataset_id: string): Promise<string> =>
  succeeded(token, "/v1/experiments", { dataset_id, ...ARMS });
