import { beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../../../support/answers.ts";
import { dataFile } from "../../../support/data.ts";
import { type Account, call, newAccount } from "../../../support/desk.ts";
import { newDataset, type RunAnswer, runTo, SMA_CROSS, sendCsv } from "../../../support/strategies.ts";

const goog = await dataFile("GOOG.csv");
const bytes = await dataFile("engine-reference.json");
const reference: { cases: Record<string, { stats: Record<string, number> }> } | undefined =
  bytes && JSON.parse(new TextDecoder().decode(bytes));

let desk: Account;
beforeAll(async () => {
  desk = await newAccount();
});

interface Row {
  [field: string]: string | number;
}

async function pagesOf(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  let next: string | undefined = `${path}?limit=100`;
  while (next !== undefined) {
    const answer: Response = await call(next, { token: desk.access_token });
    rows.push(...(await answer.json<{ data: Row[] }>()).data);
    next = /^<(\/[^>]+)>/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  return rows;
}

const REFERENCE_NAMES = [
  ["final_equity", "Equity Final [$]"],
  ["return_pct", "Return [%]"],
  ["trades", "# Trades"],
  ["win_rate_pct", "Win Rate [%]"],
  ["profit_factor", "Profit Factor"],
  ["max_drawdown_pct", "Max. Drawdown [%]"],
  ["commissions", "Commissions [$]"],
  ["sharpe_geometric", "Sharpe Ratio"],
  ["sortino_geometric", "Sortino Ratio"],
] as const;

describe("a backtest", () => {
  it.skipIf(goog === undefined).each([
    { name: "A sma 10/20 commission .002 exclusive", slow: 20, rate: 0.002, side: "both", end: false },
    {
      name: "B sma 10/20 commission .002 exclusive finalize",
      slow: 20,
      rate: 0.002,
      side: "both",
      end: "open",
    },
    { name: "D sma 10/30 no cost exclusive finalize", slow: 30, rate: 0, side: "both", end: "open" },
    {
      name: "F sma 10/20 commission .002 long-only finalize",
      slow: 20,
      rate: 0.002,
      side: "long",
      end: "open",
    },
  ])(
    "gives the reference's figures of $name over an uploaded file",
    async ({ end, name, rate, side, slow }) => {
      const { stats } = reference?.cases[name] ?? { stats: {} };
      const uploaded = await sendCsv(desk.access_token, new TextDecoder().decode(goog));
      const { hash, id } = await uploaded.json<{ id: string; hash: string }>();
      const run = await runTo(desk.access_token, "/v1/backtests", {
        ...{ dataset_id: id, strategy: "sma_cross", parameters: { fast: 10, slow }, side, capital: 10_000 },
        ...{ costs: { commission_rate: rate }, crossing: "strict", close_at_end: end },
      });
      expect(run).toMatchObject({ status: "succeeded", dataset_hash: hash });
      const differing = REFERENCE_NAMES.map(
        ([ours, theirs]) => [ours, run.metrics[ours], stats[theirs]] as const,
      ).filter(
        ([, mine, told]) =>
          !(Math.abs((mine ?? Number.NaN) - (told ?? 0)) <= 1e-9 * Math.max(1, Math.abs(told ?? 0))),
      );
      expect(differing).toEqual([]);
      expect((await pagesOf(`/v1/backtests/${run.id}/trades`)).length).toBe(stats["# Trades"]);
    },
  );

  it("tells its curve and trades page by page, and they add up to its figures", async () => {
    const dataset = await newDataset(desk.access_token, { bars: 400 });
    const run = await runTo(desk.access_token, "/v1/backtests", {
      dataset_id: dataset.id,
      ...SMA_CROSS,
      close_at_end: "close",
    });
    const curve = await pagesOf(`/v1/backtests/${run.id}/equity`);
    const trades = await pagesOf(`/v1/backtests/${run.id}/trades`);
    expect(curve.length).toBe(400);
    expect(curve.at(-1)?.equity).toBe(run.metrics.final_equity);
    expect(trades.length).toBe(run.metrics.trades);
    const profit = trades.reduce((sum, { pnl }) => sum + Number(pnl), 0);
    expect(profit).toBeCloseTo((run.metrics.final_equity ?? 0) - 10_000, 6);
    expect(trades.map(({ index }) => index)).toEqual(trades.map((_, at) => at));
  });

  it("is the same to the byte when it is asked for again", async () => {
    const dataset = await newDataset(desk.access_token);
    const ask = () => runTo(desk.access_token, "/v1/backtests", { dataset_id: dataset.id, ...SMA_CROSS });
    const [first, second] = [await ask(), await ask()];
    expect(second.metrics).toEqual(first.metrics);
    expect(await pagesOf(`/v1/backtests/${second.id}/equity`)).toEqual(
      await pagesOf(`/v1/backtests/${first.id}/equity`),
    );
  });

  it("trades several symbols as one portfolio, each with an equal share of the capital", async () => {
    const dataset = await newDataset(desk.access_token, { symbols: ["A", "B", "C"], seed: 40 });
    const ask = (more: object) =>
      runTo(desk.access_token, "/v1/backtests", {
        dataset_id: dataset.id,
        ...SMA_CROSS,
        lot_size: 0,
        ...more,
      });
    const whole = await ask({ symbols: ["A", "B", "C"], capital: 30_000 });
    const parts: RunAnswer[] = [];
    for (const symbol of ["A", "B", "C"]) parts.push(await ask({ symbol }));
    const sum = (name: string) => parts.reduce((all, { metrics }) => all + (metrics[name] ?? 0), 0);
    expect(whole.metrics.final_equity).toBeCloseTo(sum("final_equity"), 6);
    expect(whole.metrics.trades).toBe(sum("trades"));
    const trades = await pagesOf(`/v1/backtests/${whole.id}/trades`);
    expect(new Set(trades.map(({ symbol }) => symbol))).toEqual(new Set(["A", "B", "C"]));
    const exits = trades.map(({ exit_time }) => String(exit_time));
    expect(exits).toEqual(exits.toSorted());
    expect(whole.open_positions?.map(({ symbol }) => symbol)).toEqual(["A", "B", "C"]);
    expect(whole.open_positions).toEqual(parts.flatMap(({ open_positions }) => open_positions));
  });

  it.each([
    ["an unknown strategy", { strategy: "moon_phase" }, "strategy", "strategies.unknown"],
    [
      "a parameter out of its range",
      { parameters: { fast: 1 } },
      "parameters.fast",
      "strategies.out_of_range",
    ],
    [
      "a constraint that does not hold",
      { parameters: { fast: 30, slow: 20 } },
      "parameters.fast",
      "strategies.constraint",
    ],
    ["a parameter of another strategy", { parameters: { rsi: 3 } }, "parameters.rsi", "strategies.unknown"],
    ["a symbol that the set has not", { symbol: "GOOG" }, "symbol", "datasets.symbol"],
    [
      "a percentage over 100",
      { sizing: { mode: "percent_of_equity", value: 150 } },
      "sizing.value",
      "custom",
    ],
    ["a sizing without its value", { sizing: { mode: "fixed_quantity" } }, "sizing.value", "custom"],
  ])("refuses %s, naming the field", async (_, more, path, code) => {
    const { id } = await newDataset(desk.access_token);
    const answer = await call("/v1/backtests", {
      token: desk.access_token,
      json: { dataset_id: id, ...SMA_CROSS, ...more },
    });
    const { errors, status } = await problemOf(answer);
    expect(status).toBe(422);
    expect(errors).toMatchObject([{ path, code }]);
  });

  it("does not find another desk's data set", async () => {
    const stranger = await newAccount();
    const { id } = await newDataset(stranger.access_token);
    const answer = await call("/v1/backtests", {
      token: desk.access_token,
      json: { dataset_id: id, ...SMA_CROSS },
    });
    expect(await problemOf(answer)).toMatchObject({ status: 404, code: "datasets.not_found" });
  });

  it("fails with a reason where its bars are gone before it runs", async () => {
    const dataset = await newDataset(desk.access_token);
    const run = await runTo(desk.access_token, "/v1/backtests", {
      ...{ dataset_id: dataset.id, ...SMA_CROSS, from: "2090-01-01T00:00:00Z" },
    });
    expect(run).toMatchObject({ status: "failed", error: { code: "datasets.too_few_bars" } });
    const trades = await call(`/v1/backtests/${run.id}/trades`, { token: desk.access_token });
    expect(await problemOf(trades)).toMatchObject({ status: 409, code: "backtests.not_ready" });
  });
});
