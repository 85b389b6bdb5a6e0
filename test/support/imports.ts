import { sendLeftBehind } from "./batches.ts";
import { type Account, type Call, call } from "./desk.ts";
import type { DatasetAnswer } from "./strategies.ts";
import { newBox } from "./webhooks.ts";

export interface ImportJob {
  id: string;
  status: string;
  result: { dataset_id: string; bars: number; symbols: string[]; missing: string[] } | null;
  error: { code: string; message: string } | null;
  links: Record<string, string>;
}

export const alpacaImport = {
  name: "Two stocks",
  provider: { kind: "alpaca" },
  symbols: ["AAPL", "MSFT"],
  timeframe: "1d",
  from: "2024-01-01",
  to: "2024-01-12",
};

export const askForImport = (by: Account, json: object, more: Call = {}): Promise<Response> =>
  call("/v1/datasets/import", { token: by.access_token, json, ...more });

/** Waits until the job has ended. */
export async function endedImport(by: Account, answer: Response, timeout_ms = 25_000): Promise<ImportJob> {
  if (answer.status !== 202) throw new Error(`import: ${answer.status} ${await answer.text()}`);
  const { id } = await answer.json<ImportJob>();
  for (const ends = Date.now() + timeout_ms; ; ) {
    const job = await (await call(`/v1/jobs/${id}`, { token: by.access_token })).json<ImportJob>();
    if (["succeeded", "failed", "cancelled", "expired"].includes(job.status)) return job;
    if (Date.now() > ends) throw new Error(`still ${job.status}`);
    await sendLeftBehind();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const imported = async (by: Account, json: object): Promise<ImportJob> =>
  await endedImport(by, await askForImport(by, json));

export async function datasetOf(by: Account, { links }: ImportJob): Promise<DatasetAnswer> {
  const answer = await call(links.result ?? "", { token: by.access_token });
  if (answer.status !== 200) throw new Error(`data set: ${answer.status} ${await answer.text()}`);
  return await answer.json<DatasetAnswer>();
}

/** An address that answers with this, whoever asks; braces of the text are none of the address. */
export function saying(body: string, type = "application/json"): string {
  const query = new URLSearchParams({ type, body });
  return `${newBox("says").url}?${query}`.replaceAll("{", "%7B").replaceAll("}", "%7D");
}

/** An import of one symbol from an address. */
export const httpImport = (provider: object, more: object = {}) => ({
  name: "From elsewhere",
  provider: { kind: "http", format: "json", ...provider },
  symbols: ["ABC"],
  timeframe: "1d",
  from: "2024-01-01",
  to: "2024-01-31",
  ...more,
});
