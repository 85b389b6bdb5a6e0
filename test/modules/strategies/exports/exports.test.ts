import { beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../../../support/answers.ts";
import { type Account, call, newAccount } from "../../../support/desk.ts";
import { textOf } from "../../../support/files.ts";
import {
  endedRun,
  newBacktest,
  newDataset,
  type RunAnswer,
  runTo,
  SMA_CROSS,
} from "../../../support/strategies.ts";

interface ExportJob {
  status: string;
  result: {
    file_id: string;
    name: string;
    size_bytes: number;
    sha256: string;
    certificate?: { proofs: { trades: number }[] };
  };
  error: { code: string; message: string } | null;
}

let desk: Account;
let dataset_id: string;
let backtest_id: string;
beforeAll(async () => {
  desk = await newAccount();
  dataset_id = (await newDataset(desk.access_token, { bars: 400 })).id;
  backtest_id = await newBacktest(desk.access_token, dataset_id);
});

async function exported(path: string, json: object): Promise<ExportJob> {
  const answer = await call(`/v1/exports/${path}`, { token: desk.access_token, json });
  expect(answer.status).toBe(202);
  const { id } = await answer.json<{ id: string }>();
  return await endedRun<ExportJob>(desk.access_token, `/v1/jobs/${id}`);
}

const contentOf = (file: string) => call(`/v1/files/${file}/content`, { token: desk.access_token });

describe("an export", () => {
  it.each([6, 5])("to Pine v%i is a file whose script is proved on three series", async (version) => {
    const job = await exported("pine-script", { backtest_id, version, kind: "strategy" });
    expect(job).toMatchObject({ status: "succeeded", result: { certificate: { proofs: { length: 3 } } } });
    const script = await textOf(await contentOf(job.result.file_id));
    expect(script).toMatch(
      new RegExp(`^//@version=${version}\n// SMA cross, exported by Bourse from ${backtest_id}\n`),
    );
    const run = await endedRun(desk.access_token, `/v1/backtests/${backtest_id}`);
    expect(script).toContain(`SHA-256 ${run.dataset_hash}`);
    expect(script).toContain(`Expected: ${run.metrics.trades} closed trades`);
    expect(job.result.certificate?.proofs[0]?.trades).toBe(run.metrics.trades);
  });

  it("to Pine is refused where Pine has no word for what was run", async () => {
    const costs = { slippage_bps: 5 };
    const slipped = await newBacktest(desk.access_token, dataset_id, { costs });
    const job = await exported("pine-script", { backtest_id: slipped });
    expect(job).toMatchObject({ status: "failed", error: { code: "exports.not_in_pine" } });
  });

  it.each(["executive", "technical", "full"])(
    "as a report (%s) is a PDF, the same bytes each time",
    async (kind) => {
      const [first, second] = [
        await exported("report", { backtest_id, kind }),
        await exported("report", { backtest_id, kind }),
      ];
      expect(first.status).toBe("succeeded");
      expect(second.result.sha256).toBe(first.result.sha256);
      const bytes = new Uint8Array(await (await contentOf(first.result.file_id)).arrayBuffer());
      expect(new TextDecoder().decode(bytes.subarray(0, 5))).toBe("%PDF-");
    },
  );

  it("as a report of a search leads with the evidence about it", async () => {
    const found = await runTo<RunAnswer>(desk.access_token, "/v1/optimizations", {
      ...{ dataset_id, strategy: "sma_cross", side: "both", method: "random", trials: 30 },
      walk_forward: { in_sample: 150, out_of_sample: 50, trials: 10 },
    });
    const job = await exported("report", { optimization_id: found.id, kind: "executive" });
    expect(job.status).toBe("succeeded");
    expect(job.result.size_bytes).toBeGreaterThan(20_000);
  });

  it("of trades is a table of them all", async () => {
    const job = await exported("trades", { backtest_id });
    const lines = (await textOf(await contentOf(job.result.file_id))).trim().split("\r\n");
    const run = await endedRun(desk.access_token, `/v1/backtests/${backtest_id}`);
    expect(lines.length).toBe(1 + (run.metrics.trades ?? 0));
    expect(lines[0]).toMatch(/^index,symbol,side,quantity,entry_time/);
  });

  it("does not find another desk's run, and waits for none that has no result", async () => {
    const stranger = await newAccount();
    const answer = await call("/v1/exports/report", { token: stranger.access_token, json: { backtest_id } });
    expect(await problemOf(answer)).toMatchObject({ status: 404, code: "backtests.not_found" });
    const failed = await runTo(desk.access_token, "/v1/backtests", {
      ...{ dataset_id, ...SMA_CROSS, from: "2090-01-01T00:00:00Z" },
    });
    const early = await call("/v1/exports/trades", {
      token: desk.access_token,
      json: { backtest_id: failed.id },
    });
    expect(await problemOf(early)).toMatchObject({ status: 409, code: "backtests.not_ready" });
  });
});
