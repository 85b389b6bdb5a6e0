import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { installProbe } from "../../../../src/platform/faults.ts";
import { isId } from "../../../../src/platform/ids.ts";
import { problemOf } from "../../../support/answers.ts";
import { type Account, call, newAccount } from "../../../support/desk.ts";
import { deskOf, roomFor } from "../../../support/jobs.ts";
import { newDataset, runTo, SMALL_SEARCH, sendCsv } from "../../../support/strategies.ts";

let desk: Account;
let dataset_id: string;
beforeAll(async () => {
  desk = await newAccount();
  dataset_id = (await newDataset(desk.access_token, { bars: 500 })).id;
});

const ask = (more: object) =>
  call("/v1/optimizations", { token: desk.access_token, json: { dataset_id, ...SMALL_SEARCH, ...more } });

async function refusalOf(more: object) {
  const { errors, status } = await problemOf(await ask(more));
  return { status, errors: errors?.map(({ code, path }) => [path, code]) };
}

describe("a search that would be too much, or out of place, is refused before a job is made", () => {
  it("does not write out the levels of a range that has a billion", async () => {
    const space = { fast: { values: [5] }, stop_atr: { min: 0, max: 6, step: 1e-9 } };
    expect(await refusalOf({ space })).toEqual({
      status: 422,
      errors: [["space", "strategies.space_too_large"]],
    });
  });

  it.each([
    ["values", { fast: { values: [5, 1e12] } }],
    ["a negative bound", { fast: { min: -5, max: 50, step: 5 } }],
    ["a fraction", { fast: { values: [5, 7.5] } }],
    ["steps of a fraction", { fast: { min: 5, max: 50, step: 0.5 } }],
  ])("searches a parameter within the strategy's own range: %s", async (_, space) => {
    const { errors, status } = await refusalOf({ space });
    expect([status, errors?.[0]?.[0]]).toEqual([422, "space.fast"]);
  });

  it("keeps fixed parameters within the strategy's own ranges, too", async () => {
    const parameters = { slow: 1e9, stop_atr: -3 };
    const { errors } = await refusalOf({ space: { fast: { values: [5] } }, parameters });
    expect(errors).toEqual([
      ["parameters.stop_atr", "strategies.out_of_range"],
      ["parameters.slow", "strategies.out_of_range"],
    ]);
  });

  it.each([
    ["a grid that is cut to a corner", { trials: 5 }, "trials", "strategies.grid_too_large"],
    [
      "a parameter both searched and fixed",
      { parameters: { fast: 5 } },
      "parameters.fast",
      "strategies.searched",
    ],
    [
      "a span that ends before it begins",
      { from: "2021-01-01T00:00:00Z", to: "2020-01-01T00:00:00Z" },
      "to",
      "datasets.span",
    ],
    ["a bound without a number", { constraints: [{ metric: "trades" }] }, "constraints.0", "custom"],
    [
      "a bound that nothing meets",
      { constraints: [{ metric: "trades", min: 5, max: 1 }] },
      "constraints.0",
      "custom",
    ],
  ])("is clear about %s", async (_, more, path, code) => {
    expect(await refusalOf(more)).toEqual({ status: 422, errors: [[path, code]] });
  });

  it("refuses more than a thousand windows", async () => {
    const { id } = await newDataset(desk.access_token, { bars: 6_000, seed: 8 });
    const walk_forward = { in_sample: 20, out_of_sample: 5, trials: 1 };
    expect(await refusalOf({ dataset_id: id, walk_forward })).toEqual({
      status: 422,
      errors: [["walk_forward", "strategies.walk_forward"]],
    });
  });

  it("refuses a window whose search would outlast a slice", async () => {
    const { id } = await newDataset(desk.access_token, { bars: 30_100, seed: 9 });
    const walk_forward = { in_sample: 30_000, out_of_sample: 100, trials: 20_000 };
    expect(await refusalOf({ dataset_id: id, walk_forward })).toEqual({
      status: 422,
      errors: [["walk_forward", "strategies.walk_forward"]],
    });
  });

  it.each([
    ["periods_per_year", { periods_per_year: 1e-320 }],
    ["lot_size", { lot_size: 1e-320 }],
    ["capital", { capital: 1e-320 }],
    ["costs.tick_size", { costs: { tick_size: 1e-320 } }],
    ["sizing.atr_multiple", { sizing: { mode: "atr_risk", value: 1, atr_multiple: 1e-320 } }],
  ])("takes no %s so small that figures become infinite", async (path, more) => {
    const { errors, status } = await refusalOf(more);
    expect([status, errors?.[0]?.[0]]).toEqual([422, path]);
  });
});

describe("figures beyond all numbers", () => {
  it("are no objective: an infinite one is not the best", async () => {
    const found = await runTo(desk.access_token, "/v1/optimizations", {
      ...{ dataset_id, ...SMALL_SEARCH, space: { fast: { values: [5] }, slow: { values: [20] } } },
      ...{ periods_per_year: 1e8, objective: "annual_return_pct" },
    });
    expect(found).toMatchObject({ status: "failed", error: { code: "strategies.nothing_feasible" } });
  });

  it("leave the desk's lists readable, whatever the prices", async () => {
    const day = (at: number) => new Date(Date.UTC(2024, 0, 1 + at)).toISOString().slice(0, 10);
    const rows = Array.from({ length: 80 }, (_, at) => {
      const price = at % 26 < 13 ? "1e300" : "1e-300";
      return `${day(at)},${price},${price},${price},${price},1e300`;
    });
    const sent = await sendCsv(desk.access_token, `date,open,high,low,close,volume\n${rows.join("\n")}\n`);
    expect(sent.status).toBe(201);
    const wild = { dataset_id: (await sent.json<{ id: string }>()).id, strategy: "sma_cross", lot_size: 0 };
    for (const side of ["long", "both"]) {
      const asked = { ...wild, side, capital: 1e12 };
      await runTo(desk.access_token, "/v1/backtests", { ...asked, parameters: { fast: 5, slow: 10 } });
      await runTo(desk.access_token, "/v1/optimizations", {
        ...{ ...asked, method: "grid", space: { fast: { values: [3, 5] }, slow: { values: [10, 12] } } },
      });
    }
    for (const path of ["/v1/backtests", "/v1/optimizations"])
      expect([path, (await call(path, { token: desk.access_token })).status]).toEqual([path, 200]);
  });
});

describe("a search that is finished early", () => {
  afterEach(() => installProbe(undefined));

  it("says that nothing was feasible, and is not tried again as if the fault were ours", async () => {
    const desk_id = deskOf(desk);
    installProbe(async (border, id) => {
      if (border === "slice.effect" && isId("job", id))
        await roomFor({ desk_id, id }).control("finish", null);
    });
    const found = await runTo(desk.access_token, "/v1/optimizations", {
      ...{ dataset_id, ...SMALL_SEARCH, space: { fast: { values: [5, 6] }, slow: { values: [20, 30] } } },
      constraints: [{ metric: "trades", min: 1e9 }],
    });
    expect(found).toMatchObject({ status: "failed", error: { code: "strategies.nothing_feasible" } });
  });

  it("keeps what it tried when it is cancelled, and tells the best of it", async () => {
    const desk_id = deskOf(desk);
    let blocks = 0;
    installProbe(async (border, id) => {
      if (border !== "slice.effect" || !isId("job", id)) return;
      blocks += 1;
      if (blocks === 2) await roomFor({ desk_id, id }).control("cancel", null);
    });
    const found = await runTo<CancelledSearch>(desk.access_token, "/v1/optimizations", {
      ...{ dataset_id, ...SMALL_SEARCH, method: "random", trials: 9_000 },
      space: { fast: { min: 3, max: 60, step: 1 }, slow: { min: 10, max: 250, step: 1 } },
    });
    expect(found).toMatchObject({ status: "cancelled", trials_run: 8_192, report: null });
    expect(found.best?.feasible).toBe(true);
    const path = `/v1/optimizations/${found.id}/trials?limit=100`;
    const { data } = await (await call(path, { token: desk.access_token })).json<{ data: SeenTrial[] }>();
    const best = found.best?.objective[0] ?? Number.NaN;
    expect(data).toHaveLength(100);
    expect(Math.max(...data.map(({ objective }) => objective[0] ?? -Infinity))).toBeLessThanOrEqual(best);
    expect(data.some(({ metrics }) => metrics.annual_return_pct !== null)).toBe(true);
  });
});

interface SeenTrial {
  objective: (number | null)[];
  feasible: boolean;
  metrics: Record<string, number | null>;
}

interface CancelledSearch {
  id: string;
  status: string;
  best: SeenTrial | null;
}
