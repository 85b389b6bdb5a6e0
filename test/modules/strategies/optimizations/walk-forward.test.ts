import { beforeAll, describe, expect, it } from "vitest";
import { dataFile } from "../../../support/data.ts";
import { type Account, newAccount } from "../../../support/desk.ts";
import { type RunAnswer, runTo, sendCsv } from "../../../support/strategies.ts";

const goog = await dataFile("GOOG.csv");

interface SearchAnswer extends RunAnswer {
  trials_run: number;
  overfitting: {
    psr: number;
    dsr: number;
    walk_forward: { windows: number; in_sample_sharpe: number; out_of_sample_sharpe: number };
  };
}

let desk: Account;
let dataset_id: string;
beforeAll(async () => {
  if (goog === undefined) return;
  desk = await newAccount();
  const uploaded = await sendCsv(desk.access_token, new TextDecoder().decode(goog));
  dataset_id = (await uploaded.json<{ id: string }>()).id;
});

describe.skipIf(goog === undefined)("a search over GOOG", () => {
  it("shows the contrast: a Sharpe ratio of 1.35 in sample, of 0.14 out of it", async () => {
    const found = await runTo<SearchAnswer>(desk.access_token, "/v1/optimizations", {
      ...{ dataset_id, strategy: "sma_cross", side: "both", method: "grid", crossing: "strict" },
      ...{ costs: { commission_rate: 0.002 }, periods_per_year: 252, on_same_signal: "reopen" },
      space: { fast: { min: 5, max: 25, step: 5 }, slow: { min: 10, max: 65, step: 5 } },
      walk_forward: { in_sample: 504, out_of_sample: 126, trials: 100 },
    });
    const { dsr, psr, walk_forward } = found.overfitting;
    expect(found.trials_run).toBe(50);
    expect(psr).toBeCloseTo(0.9972900269205083, 9);
    expect(dsr).toBeCloseTo(0.7973817758024953, 9);
    expect(walk_forward.windows).toBe(13);
    expect(walk_forward.in_sample_sharpe).toBeCloseTo(1.346, 3);
    expect(walk_forward.out_of_sample_sharpe).toBeCloseTo(0.142, 3);
  });
});
