import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { importDataset } from "../../../../src/modules/strategies/datasets/import/import.ts";
import { importRequest } from "../../../../src/modules/strategies/datasets/import/schemas.ts";
import { type Border, Cut, installProbe } from "../../../../src/platform/faults.ts";
import { problemOf } from "../../../support/answers.ts";
import { contextOfOwner } from "../../../support/context.ts";
import { type Account, call, newAccount } from "../../../support/desk.ts";
import { testEnv } from "../../../support/env.ts";
import {
  alpacaImport,
  askForImport,
  datasetOf,
  endedImport,
  httpImport,
  imported,
  saying,
} from "../../../support/imports.ts";
import { ALPACA } from "../../../support/receiver/alpaca.ts";
import { downUrl, newBox } from "../../../support/webhooks.ts";

let desk: Account;
beforeAll(async () => {
  desk = await newAccount();
});
afterEach(() => installProbe(undefined));

async function alpacaCalls(symbols: string): Promise<URL[]> {
  const answer = await testEnv.TEST_RECEIVER.fetch("http://receiver/?box=alpaca");
  const calls = await answer.json<{ path: string }[]>();
  return calls
    .map(({ path }) => new URL(path, "http://alpaca"))
    .filter(({ searchParams }) => searchParams.get("symbols") === symbols);
}

async function barsOf(path: string): Promise<Record<string, string | number>[]> {
  const answer = await call(`${path}&limit=100`, { token: desk.access_token });
  return (await answer.json<{ data: Record<string, string | number>[] }>()).data;
}

async function pagesKept(job: string): Promise<number> {
  const { objects } = await testEnv.FILES.list({ prefix: `desks/${desk.desk_id}/imports/${job}/` });
  return objects.length;
}

describe("an import from Alpaca", () => {
  it("fetches every page, dates daily bars by their day, and names what nothing came of", async () => {
    const symbols = ["AAPL", "MSFT", "NONE"];
    const job = await imported(desk, { ...alpacaImport, symbols });
    expect(job).toMatchObject({ status: "succeeded", result: { bars: 20, missing: ["NONE"] } });
    const dataset = await datasetOf(desk, job);
    expect(dataset).toMatchObject({
      id: job.result?.dataset_id,
      timeframe: "1d",
      source: "import",
      usable: true,
    });
    expect(dataset.symbols.map(({ bars, symbol }) => [symbol, bars])).toEqual([
      ["AAPL", 10],
      ["MSFT", 10],
    ]);
    const bars = await barsOf(`/v1/datasets/${dataset.id}/bars?symbol=AAPL`);
    expect(bars[0]).toEqual({
      ...{ time: "2024-01-01T00:00:00.000Z", open: 101, high: 102, low: 100, close: 101.5, volume: 1_000 },
    });
    expect(bars.at(-1)?.time).toBe("2024-01-12T00:00:00.000Z");
    const calls = await alpacaCalls(symbols.join(","));
    expect(calls.map(({ searchParams }) => searchParams.get("page_token"))).toEqual([null, "5", "10", "15"]);
    expect(Object.fromEntries(calls[0]?.searchParams ?? [])).toMatchObject({
      ...{ timeframe: "1Day", adjustment: "split", limit: "10000" },
      ...{ start: "2024-01-01T00:00:00.000Z", end: "2024-01-12T23:59:59.999Z" },
    });
    await expect.poll(() => pagesKept(job.id)).toBe(0);
  });

  it("waits and asks again where it is told to come later", async () => {
    const symbol = `BUSY${Date.now()}`;
    const job = await imported(desk, { ...alpacaImport, symbols: [symbol] });
    expect(job).toMatchObject({ status: "succeeded", result: { bars: 10 } });
    expect(await alpacaCalls(symbol)).toHaveLength(3);
  });

  it("makes one data set of the same bars wherever its worker is killed", async () => {
    const small = { ...alpacaImport, symbols: ["AAPL"] };
    const seen: { border: Border; job: string }[] = [];
    installProbe((border, job) => {
      seen.push({ border, job });
    });
    const undisturbed = await imported(desk, small);
    const ofJob = () => seen.flatMap(({ border, job }) => (job === undisturbed.id ? [border] : []));
    await expect.poll(() => ofJob().at(-1)).toBe("slice.confirmed");
    const borders = ofJob();
    expect(borders.filter((border) => border === "slice.effect")).toHaveLength(2);

    const before = new Set(seen.map(({ job }) => job));
    const plans = new Map<string, { cut_at: number; reached: number }>();
    const killed: Border[] = [];
    installProbe((border, job) => {
      if (before.has(job)) return;
      const plan = plans.get(job) ?? { cut_at: plans.size, reached: 0 };
      plans.set(job, plan);
      if (plan.reached++ !== plan.cut_at) return;
      killed.push(border);
      throw new Cut(border);
    });
    const jobs = await Promise.all(
      borders.map(async () => await endedImport(desk, await askForImport(desk, small), 80_000)),
    );
    await expect.poll(() => killed.toSorted()).toEqual(borders.toSorted());
    const { hash } = await datasetOf(desk, undisturbed);
    for (const job of jobs) {
      expect(job.status).toBe("succeeded");
      expect((await datasetOf(desk, job)).hash).toBe(hash);
    }
    const made = await testEnv.DB.prepare("SELECT count(*) AS n FROM datasets WHERE hash = ? AND desk_id = ?")
      .bind(hash, desk.desk_id)
      .first<{ n: number }>();
    expect(made?.n).toBe(jobs.length + 1);
  }, 90_000);

  it("is refused with what to set where the deployment has no keys", async () => {
    const ctx = await contextOfOwner(desk);
    const without = { ...ctx, settings: { ...ctx.settings, ALPACA_SECRET_KEY: undefined } };
    await expect(importDataset(without, importRequest.parse(alpacaImport))).rejects.toMatchObject({
      ...{ status: 422, code: "datasets.alpaca_not_configured" },
      message: expect.stringContaining("ALPACA_KEY_ID and ALPACA_SECRET_KEY"),
    });
  });

  it("tells the keys to nobody but Alpaca: not the database, the job, the data set or R2", async () => {
    const job = await imported(desk, alpacaImport);
    const told = [JSON.stringify(job), JSON.stringify(await datasetOf(desk, job))];
    for (const table of ["jobs", "datasets", "audit_log"]) {
      const { results } = await testEnv.DB.prepare(`SELECT * FROM ${table} WHERE desk_id = ?`)
        .bind(desk.desk_id)
        .all();
      expect(results.length, table).toBeGreaterThan(0);
      told.push(JSON.stringify(results));
    }
    for (const text of told) {
      expect(text).not.toContain(ALPACA.secret_key);
      expect(text).not.toContain(ALPACA.key_id);
    }
  });

  it.each(["1s", "90m", "2d", "5mo"])("is refused for %s, which Alpaca doesn't have", async (timeframe) => {
    const answer = await askForImport(desk, { ...alpacaImport, timeframe });
    expect((await problemOf(answer)).errors).toMatchObject([{ path: "timeframe" }]);
  });
});

const ROWS = [
  { t: 1_704_153_600, o: 10, h: 12, l: 9, c: 11, v: 100 },
  { t: 1_704_240_000, o: 11, h: 13, l: 10, c: 12, v: 200 },
  { t: 1_704_326_400, o: 12, h: 14, l: 11, c: 13, v: 300 },
];
const SHORT = { date: "t", open: "o", high: "h", low: "l", close: "c", volume: "v" };
const TIMES = ["2024-01-02", "2024-01-03", "2024-01-04"].map((day) => `${day}T00:00:00.000Z`);

describe("an import over HTTP", () => {
  const nested = { data: { "A.B": { bars: ROWS } } };
  const lists = ROWS.map(({ c, h, l, o, t, v }) => [
    t * 1_000,
    String(o),
    String(h),
    String(l),
    String(c),
    v,
  ]);
  const iso = ROWS.map(({ t, ...row }) => ({ ...row, t: new Date(t * 1_000).toISOString() }));
  const named = ROWS.map(({ c, h, l, o, t, v }) => ({
    time: t,
    open: o,
    high: h,
    low: l,
    close: c,
    volume: v,
  }));
  const csv = `Date;Open;High;Low;Last;Volume\n${ROWS.map(({ c, h, l, o, t, v }) => [new Date(t * 1_000).toISOString().slice(0, 10), o, h, l, c, v].join(";")).join("\n")}\n`;

  it.each([
    {
      what: "seconds in fields of other names",
      source: { url: saying(JSON.stringify(ROWS)), mapping: SHORT },
    },
    {
      what: "a list below a symbol's key",
      source: { url: saying(JSON.stringify(nested)), rows: "data.{symbol}.bars", mapping: SHORT },
      symbols: ["A.B"],
    },
    {
      what: "rows that are lists, with ms and decimals as text",
      source: {
        url: saying(JSON.stringify(lists)),
        mapping: { date: 0, open: 1, high: 2, low: 3, close: 4, volume: 5 },
      },
    },
    { what: "ISO times", source: { url: saying(JSON.stringify(iso)), mapping: SHORT } },
    { what: "the usual names", source: { url: saying(JSON.stringify(named)) } },
    { what: "a CSV", source: { format: "csv", url: saying(csv, "text/csv") } },
  ])("reads $what", async ({ source, symbols = ["ABC"] }) => {
    const job = await imported(desk, httpImport(source, { symbols }));
    expect(job.error).toBeNull();
    const bars = await barsOf(`${job.links.result}/bars?symbol=${symbols[0]}`);
    expect(bars.map(({ time }) => time)).toEqual(TIMES);
    expect(bars[1]).toMatchObject({ open: 11, high: 13, low: 10, close: 12, volume: 200 });
  });

  it("asks for each symbol and stretch of days, and keeps what lies in the span", async () => {
    const box = newBox("says");
    const body = encodeURIComponent(JSON.stringify(ROWS));
    const url = `${box.url}?s={symbol}&from={from_date}&to={to_ms}&body=${body}`;
    const job = await imported(
      desk,
      httpImport(
        { url, mapping: SHORT, days_per_request: 2 },
        { symbols: ["AB=C", "X/Y"], from: "2024-01-03", to: "2024-01-05" },
      ),
    );
    expect(job.result).toMatchObject({ bars: 4, symbols: ["AB=C", "X/Y"] });
    const asked = (await box.calls()).map(({ path }) => new URL(path, "http://box").searchParams);
    expect(asked.map((query) => [query.get("s"), query.get("from"), query.get("to")])).toEqual(
      ["AB=C", "X/Y"].flatMap((symbol) => [
        [symbol, "2024-01-03", String(Date.parse("2024-01-05") - 1)],
        [symbol, "2024-01-05", String(Date.parse("2024-01-06") - 1)],
      ]),
    );
  });

  it("tells of rows that it can't read without quoting them", async () => {
    const rows = [...ROWS, { t: "private-note", o: 1, h: 1, l: 1, c: 1, v: 1 }];
    const job = await imported(desk, httpImport({ url: saying(JSON.stringify(rows)), mapping: SHORT }));
    const dataset = await datasetOf(desk, job);
    expect(dataset).toMatchObject({ bars: 3, usable: false });
    expect(dataset.report.findings).toMatchObject([{ code: "row_unreadable", count: 1 }]);
    expect(JSON.stringify(dataset.report)).not.toContain("private-note");
  });

  it.each([
    ["a page of HTML", "unreadable", () => saying("<h1>s3cret</h1>", "text/html")],
    ["no JSON", "unreadable", () => saying("s3cret {", "application/json")],
    ["JSON without the list", "unreadable", () => saying('{"s3cret":1}')],
    ["a redirect", "redirected", () => newBox("moved/302").url],
    ["an answer that is too large", "too_large", () => newBox("huge").url],
    ["a refusal", "denied", () => newBox("status/403").url],
    ["another status", "status", () => newBox("status/404").url],
  ])("fails with a code for %s, shows nothing of it and asks once", async (_, code, address) => {
    const job = await imported(desk, httpImport({ url: address(), mapping: SHORT }));
    expect(job).toMatchObject({ status: "failed", error: { code: `datasets.provider_${code}` } });
    expect(JSON.stringify(job)).not.toMatch(/s3cret(?!%)/);
  });

  it("fails where there are no bars in the span", async () => {
    const job = await imported(
      desk,
      httpImport(
        { url: saying(JSON.stringify(ROWS)), mapping: SHORT },
        { from: "2025-01-01", to: "2025-02-01" },
      ),
    );
    expect(job.error?.code).toBe("datasets.no_rows");
    expect((await call(job.links.result ?? "", { token: desk.access_token })).status).toBe(404);
  });

  it.each([
    ["url_literal", "https://127.0.0.1/bars"],
    ["url_literal", "https://0x7f.1/bars?s={symbol}"],
    ["url_scheme", "http://data.example.com/bars"],
    ["url_own", "https://bourse.test/v1/datasets"],
    ["url_name", "https://localhost/bars"],
    ["url_port", "https://data.example.com:22/bars"],
  ])("is refused as %s for %s", async (code, url) => {
    const answer = await askForImport(desk, httpImport({ url }));
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors).toMatchObject([
      { path: "provider.url", code: `datasets.${code}` },
    ]);
  });

  it.each([
    ["a host from braces", { url: "https://{symbol}.example.com/" }],
    ["braces it doesn't know", { url: "https://data.example.com/{secret}" }],
    ["a brace alone", { url: "https://data.example.com/{symbol" }],
    ["an API key in the address", { url: "https://data.example.com/?apikey=abc" }],
    ["an access token in the address", { url: "https://data.example.com/?access_token=abc" }],
    ["no symbol for several", { url: "https://data.example.com/" }, { symbols: ["A", "B"] }],
    [
      "stretches that the address doesn't name",
      { url: "https://data.example.com/{symbol}", days_per_request: 5 },
    ],
    [
      "more requests than an import makes",
      { url: "https://data.example.com/{symbol}/{from}", days_per_request: 1 },
      { from: "2000-01-01", to: "2020-01-01" },
    ],
    ["a header", { url: "https://data.example.com/", headers: { authorization: "s3cret" } }],
    ["an unknown zone", { url: "https://data.example.com/", time_zone: "Mars/Olympus" }],
    ["a symbol that could end its place", { url: "https://data.example.com/{symbol}" }, { symbols: ["A,B"] }],
    ["a span that ends before it begins", { url: "https://data.example.com/" }, { to: "2023-01-01" }],
  ])("is refused with %s", async (_, source, more: object = {}) => {
    const answer = await askForImport(desk, httpImport(source, more));
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors).toHaveLength(1);
  });
});

describe("a provider that is in trouble", () => {
  it("is asked again, with longer waits, and given up after some tries", async () => {
    const box = newBox("status/503");
    const answer = await askForImport(desk, httpImport({ url: box.url, mapping: SHORT }));
    const { id } = await answer.json<{ id: string }>();
    await expect.poll(async () => (await box.calls()).length, { timeout: 15_000 }).toBeGreaterThanOrEqual(3);
    const stopped = await call(`/v1/jobs/${id}/cancel`, { token: desk.access_token, method: "POST" });
    expect(stopped.status).toBe(202);
  });

  it("does not keep a job that was asked to stop", async () => {
    const answer = await askForImport(desk, httpImport({ url: downUrl(), mapping: SHORT }));
    const { id } = await answer.json<{ id: string }>();
    await call(`/v1/jobs/${id}/cancel`, { token: desk.access_token, method: "POST" });
    await expect
      .poll(
        async () =>
          (await (await call(`/v1/jobs/${id}`, { token: desk.access_token })).json<{ status: string }>())
            .status,
      )
      .toBe("cancelled");
  });
});
