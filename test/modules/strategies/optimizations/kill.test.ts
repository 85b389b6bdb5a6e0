import { afterEach, describe, expect, it } from "vitest";
import { Cut, installProbe } from "../../../../src/platform/faults.ts";
import { call, newAccount } from "../../../support/desk.ts";
import { newDataset, type RunAnswer, runTo } from "../../../support/strategies.ts";

afterEach(() => installProbe(undefined));

const BORDERS = ["slice.effect", "slice.checkpointed", "slice.ran", "slice.yielded"];

/** Long enough that a block holds a few hundred trials, so that the search has several. */
const BARS = 20_000;

describe("an optimisation that is killed", () => {
  it("at every border once ends with the trials and the answer of one that is not", {
    timeout: 120_000,
  }, async () => {
    const { access_token: token } = await newAccount();
    const { id: dataset_id } = await newDataset(token, { bars: BARS, timeframe: "1h" });
    const json = {
      ...{ dataset_id, strategy: "sma_cross", side: "both", method: "tpe", trials: 1_700, seed: 3 },
      space: { fast: { min: 3, max: 60, step: 1 }, slow: { min: 10, max: 250, step: 1 } },
    };
    const whole = await runTo<RunAnswer>(token, "/v1/optimizations", json);
    const cut = new Map(BORDERS.map((border) => [border, 0]));
    installProbe((border) => {
      const times = cut.get(border);
      if (times !== 0) return;
      cut.set(border, 1);
      throw new Cut(border);
    });
    const killed = await runTo<RunAnswer>(token, "/v1/optimizations", json);
    installProbe(undefined);
    expect([...cut.values()].reduce((sum, times) => sum + times, 0)).toBeGreaterThanOrEqual(3);
    expect(killed.status).toBe("succeeded");
    expect({ best: killed.best, report: killed.report, trials: killed.trials_run }).toEqual({
      ...{ best: whole.best, report: whole.report, trials: whole.trials_run },
    });
    const page = async (id: string) =>
      (await call(`/v1/optimizations/${id}/trials?limit=100`, { token })).json<{ data: object[] }>();
    expect((await page(killed.id)).data).toEqual((await page(whole.id)).data);
  });
});
