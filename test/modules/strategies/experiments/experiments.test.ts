import { beforeAll, describe, expect, it } from "vitest";
import { problemOf } from "../../../support/answers.ts";
import { type Account, call, newAccount } from "../../../support/desk.ts";
import { newDataset, type RunAnswer, runTo } from "../../../support/strategies.ts";

interface ExperimentAnswer extends RunAnswer {
  first: { metrics: Record<string, number | null> };
  comparison: {
    verdict: string;
    bars: number;
    effect: number | null;
    power: { bars_needed: number | null };
    checks: Record<string, { statistic: number | null; p_value: number | null }>;
    reasons: Record<string, string>;
  };
}

let desk: Account;
let dataset_id: string;
beforeAll(async () => {
  desk = await newAccount();
  dataset_id = (await newDataset(desk.access_token, { bars: 400 })).id;
});

const FIRST = { strategy: "sma_cross", parameters: { fast: 5, slow: 20 }, side: "long" };
const SECOND = { strategy: "ema_cross", parameters: { fast: 8, slow: 21 }, side: "long" };
const compare = (more: object = {}) =>
  runTo<ExperimentAnswer>(desk.access_token, "/v1/experiments", {
    dataset_id,
    first: FIRST,
    second: SECOND,
    ...more,
  });

describe("an experiment", () => {
  it("decides nothing before the sample that was set, and tells how many bars it would take", async () => {
    const { comparison, first, status } = await compare({ sample_size: 1_000 });
    expect(status).toBe("succeeded");
    expect(comparison).toMatchObject({ verdict: "not_decided", bars: 399 });
    expect(comparison.power.bars_needed).toBeGreaterThan(0);
    const alone = await runTo(desk.access_token, "/v1/backtests", { dataset_id, ...FIRST });
    expect(first.metrics).toEqual(alone.metrics);
  });

  it("finds no difference of a strategy from itself", async () => {
    const { comparison } = await compare({ second: FIRST, sample_size: 100 });
    expect(comparison).toMatchObject({ verdict: "no_difference", effect: 0 });
    const { checks, reasons } = comparison;
    expect(checks.welch_t).toEqual({ statistic: 0, p_value: 1 });
    for (const name of ["paired_t", "signed_rank", "sharpe_difference"]) {
      expect(checks[name]).toEqual({ statistic: null, p_value: null });
      expect(reasons[`checks.${name}`]).toMatch(/too few bars differ/);
    }
  });

  it("is the same seen from the other side", async () => {
    const one = await compare({ sample_size: 100 });
    const other = await compare({ first: SECOND, second: FIRST, sample_size: 100 });
    expect(other.comparison.effect).toBe(-(one.comparison.effect ?? Number.NaN));
    for (const [name, { p_value, statistic }] of Object.entries(one.comparison.checks)) {
      expect(other.comparison.checks[name]?.statistic).toBeCloseTo(-(statistic ?? Number.NaN), 9);
      expect(other.comparison.checks[name]?.p_value).toBeCloseTo(p_value ?? Number.NaN, 9);
    }
  });

  it("names the side that is wrong", async () => {
    const json = { dataset_id, first: FIRST, second: { ...SECOND, parameters: { fast: 1 } } };
    const answer = await call("/v1/experiments", { token: desk.access_token, json });
    expect(await problemOf(answer)).toMatchObject({
      errors: [{ path: "second.parameters.fast", code: "strategies.out_of_range" }],
    });
  });
});
