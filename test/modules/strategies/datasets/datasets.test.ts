import { beforeAll, describe, expect, it } from "vitest";
import { openDataset, readBars } from "../../../../src/modules/strategies/datasets/open.ts";
import { problemOf } from "../../../support/answers.ts";
import { dataFile } from "../../../support/data.ts";
import { type Account, call, newAccount } from "../../../support/desk.ts";
import { testEnv } from "../../../support/env.ts";
import { deskOf } from "../../../support/jobs.ts";
import { testPlatform } from "../../../support/platform.ts";
import { type DatasetAnswer, newDataset, sendCsv } from "../../../support/strategies.ts";

let desk: Account;
let token: string;
beforeAll(async () => {
  desk = await newAccount();
  token = desk.access_token;
});

interface Bar {
  time: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

/** Days of 2024, as a CSV whose prices tell the day. */
function days(count: number, price = 100): string {
  const rows = Array.from({ length: count }, (_, day) => {
    const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
    const open = price + day;
    return `${date},${open},${open + 2},${open - 2},${open + 1},${1_000 + day}`;
  });
  return `date,open,high,low,close,volume\n${rows.join("\n")}\n`;
}

async function uploaded(csv: string, fields: Record<string, string> = {}): Promise<DatasetAnswer> {
  const answer = await sendCsv(token, csv, fields);
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  return await answer.json<DatasetAnswer>();
}

async function objectsOf(what: "uploads" | "datasets"): Promise<string[]> {
  const { objects } = await testEnv.FILES.list({ prefix: `desks/${desk.desk_id}/${what}/` });
  return objects.map(({ key }) => key);
}

async function pageOf(id: string, query: string): Promise<{ data: Bar[]; next_cursor: string | null }> {
  const answer = await call(`/v1/datasets/${id}/bars?${query}`, { token });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return await answer.json();
}

describe("an upload", () => {
  it("is read with its report, named by its file, and kept as bars alone", async () => {
    const set = await uploaded(days(30));
    expect(set).toMatchObject({
      ...{ name: "GOOG.csv", timeframe: "1d", bars: 30, usable: true, source: "upload" },
      symbols: [
        { symbol: "GOOG", bars: 30, first: "2024-01-01T00:00:00.000Z", last: "2024-01-30T00:00:00.000Z" },
      ],
    });
    const { data } = await pageOf(set.id, "limit=2");
    expect(data).toEqual([
      { time: "2024-01-01T00:00:00.000Z", open: 100, high: 102, low: 98, close: 101, volume: 1_000 },
      { time: "2024-01-02T00:00:00.000Z", open: 101, high: 103, low: 99, close: 102, volume: 1_001 },
    ]);
    expect(await objectsOf("uploads")).toEqual([]);
  });

  it("of the same bytes read the same way gives the set that is there, and another way a new one", async () => {
    const csv = days(31, 200);
    const first = await uploaded(csv, { name: "First" });
    const again = await sendCsv(token, csv, { name: "Second" });
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ id: first.id, name: "First" });
    const other = await uploaded(csv, { symbol: "OTHER" });
    expect(other.id).not.toBe(first.id);
    expect(other.hash).not.toBe(first.hash);
  });

  it("sent many times at once makes one set and one object", async () => {
    const csv = days(33, 300);
    const before = (await objectsOf("datasets")).length;
    const answers = await Promise.all([1, 2, 3, 4].map(() => sendCsv(token, csv)));
    const sets = await Promise.all(answers.map((answer) => answer.json<DatasetAnswer>()));
    expect(new Set(sets.map(({ id }) => id)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(await objectsOf("datasets")).toHaveLength(before + 1);
  });

  it("has a hash that is the same for the same bars, wherever they came from", async () => {
    const csv = days(34, 400);
    const commas = await uploaded(csv);
    const semicolons = await uploaded(csv.replaceAll(",", ";"));
    expect(semicolons.id).not.toBe(commas.id);
    expect(semicolons.hash).toBe(commas.hash);
  });

  it("takes a mapping, options, and fields that stand behind the file", async () => {
    const form = new FormData();
    form.set(
      "file",
      new File(["T|A|B|C|D|E\n02/01/2024 09:30|1|3|0,5|2|7\n03/01/2024 09:30|2|4|1,5|3|8\n"], "x.csv"),
    );
    const mapping = { date: "T", open: "A", high: "B", low: "C", close: "D", volume: "E" };
    form.set("mapping", JSON.stringify(mapping));
    form.set("options", JSON.stringify({ date_order: "dmy", decimal: ",", time_zone: "America/New_York" }));
    form.set("timeframe", "1d");
    form.set("symbol", "XYZ");
    const answer = await call("/v1/datasets", { token, body: form });
    expect(answer.status).toBe(201);
    const { id } = await answer.json<DatasetAnswer>();
    expect((await pageOf(id, "symbol=XYZ")).data).toMatchObject([
      { time: "2024-01-02T14:30:00.000Z", open: 1, low: 0.5 },
      { time: "2024-01-03T14:30:00.000Z", open: 2, low: 1.5 },
    ]);
  });

  it("as a dry run shows how it would be taken, and keeps nothing", async () => {
    const sets = await objectsOf("datasets");
    const answer = await sendCsv(token, days(35, 500), { dry_run: "true" });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      ...{ rows: 35, dialect: { delimiter: ",", mapping: { date: "date", volume: "volume" } } },
      first: { length: 10, 0: { time: "2024-01-01T00:00:00.000Z", open: 500, row: 2 } },
      report: { usable: true, timeframe: "1d" },
    });
    expect(await objectsOf("uploads")).toEqual([]);
    expect(await objectsOf("datasets")).toEqual(sets);
  });

  it("tells what would mislead a backtest", async () => {
    const csv = `${days(20)}2024-02-10,100,90,110,100,5\n2024-02-11,0,1,0,0,5\n`;
    const { report } = await uploaded(csv);
    expect(report.usable).toBe(false);
    expect(report.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["high_below_low", "price_not_positive", "gap"]),
    );
  });

  it.each([
    ["", "datasets.empty", {}],
    ["a,b,c\n1,2,3\n", "datasets.columns_missing", {}],
    ["date,open,high,low,close\nx,1,1,1,1\n", "datasets.no_rows", {}],
    ["date,open,high,low,close\n1/2/2024,1,1,1,1\n2/2/2024,1,1,1,1\n", "datasets.dates_ambiguous", {}],
    [days(3), "datasets.column_unknown", { mapping: '{"open":"Opening"}' }],
    [days(3), "datasets.zone_unknown", { options: '{"time_zone":"Mars/Olympus"}' }],
    [days(1), "datasets.timeframe_needed", {}],
  ])(
    "that can't be read as bars is refused with what to do, and leaves nothing (%#)",
    async (csv, code, fields) => {
      const answer = await sendCsv(token, csv, fields);
      expect(answer.status).toBe(422);
      expect((await problemOf(answer)).errors).toMatchObject([{ code }]);
      expect(await objectsOf("uploads")).toEqual([]);
    },
  );

  it.each([
    [{ timeframe: "1 day" }, "timeframe"],
    [{ mapping: "{" }, "mapping"],
    [{ mapping: '{"price":1}' }, "mapping"],
    [{ options: '{"delimiter":"x"}' }, "options.delimiter"],
    [{ dry_run: "yes" }, "dry_run"],
    [{ desk_id: "dsk_1" }, ""],
  ])("with %j is refused, and its file is dropped", async (fields: Record<string, string>, path) => {
    const answer = await sendCsv(token, days(5), fields);
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).errors).toMatchObject([{ path }]);
    expect(await objectsOf("uploads")).toEqual([]);
  });
});

describe("the bars of a set", () => {
  let set: DatasetAnswer;
  beforeAll(async () => {
    const rows = (symbol: string, price: number) =>
      days(250, price)
        .trim()
        .split("\n")
        .slice(1)
        .map((row) => `${symbol},${row}`);
    const header = "symbol,date,open,high,low,close,volume";
    set = await uploaded(`${[header, ...rows("BBB", 1_000), ...rows("AAA", 100)].join("\n")}\n`);
  });

  it("come page by page, each once and in their order, of the one symbol", async () => {
    const seen: Bar[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await pageOf(set.id, `symbol=BBB&limit=99${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.data);
      cursor = page.next_cursor;
    }
    expect(seen.map(({ open }) => open)).toEqual(Array.from({ length: 250 }, (_, day) => 1_000 + day));
  });

  it.each([
    ["from=2024-01-10T00:00:00Z&to=2024-01-12T00:00:00Z", [109, 110, 111]],
    ["from=2024-01-10T00:00:00.001Z&to=2024-01-11T23:59:59Z", [110]],
    ["from=2024-01-11T01:00:00%2B01:00&to=2024-01-11T00:00:00Z", [110]],
    ["from=2025-01-01T00:00:00Z", []],
    ["to=2023-01-01T00:00:00Z", []],
    ["from=2024-03-01T00:00:00Z&to=2024-02-01T00:00:00Z", []],
  ])("lie within %s, both ends included", async (span, opens) => {
    const { data, next_cursor } = await pageOf(set.id, `symbol=AAA&${span}`);
    expect(data.map(({ open }) => open)).toEqual(opens);
    expect(next_cursor).toBeNull();
  });

  it("are read by ranges: of R2 the header and six columns, however many bars there are", async () => {
    const answer = await call(`/v1/datasets/${set.id}/bars?symbol=AAA&limit=10`, { token });
    expect(answer.headers.get("bourse-cost")).toMatch(/r2_reads=7\b/);
  });

  it("need a symbol where there are several, and one of the set's", async () => {
    for (const query of ["limit=1", "symbol=CCC", "symbol=aaa"]) {
      const answer = await call(`/v1/datasets/${set.id}/bars?${query}`, { token });
      expect((await problemOf(answer)).errors).toMatchObject([{ path: "symbol" }]);
    }
  });

  it("are for jobs what they are for callers, whole or within a span", async () => {
    const platform = testPlatform();
    const dataset = await openDataset(platform, deskOf(desk), set.id);
    const all = await readBars(platform, dataset, "BBB");
    expect([...all.close]).toEqual(Array.from({ length: 250 }, (_, day) => 1_001 + day));
    const [from, to] = [Date.parse("2024-02-01"), Date.parse("2024-02-03")];
    const some = await readBars(platform, dataset, "BBB", { from, to });
    expect([...some.open]).toEqual([1_031, 1_032, 1_033]);
    expect([...some.times]).toEqual([from, from + 86_400_000, to]);
    const none = await readBars(platform, dataset, "AAA", { from: Date.parse("2030-01-01") });
    expect(none.close).toHaveLength(0);
  });
});

describe("a set", () => {
  it("answers 304 to whoever has it, since its bars never change", async () => {
    const { hash, id } = await newDataset(token, { seed: 21 });
    const headers = { "if-none-match": `"${hash}"` };
    const answer = await call(`/v1/datasets/${id}`, { token, headers });
    expect([answer.status, answer.headers.get("etag")]).toEqual([304, `"${hash}"`]);
  });

  it("that is deleted is gone with its object, and the same file makes it anew", async () => {
    const csv = days(40, 700);
    const { id } = await uploaded(csv);
    const path = `/v1/datasets/${id}`;
    const key = (await objectsOf("datasets")).find((object) => object.includes(id));
    expect(key).toBeDefined();
    expect((await call(path, { token, method: "DELETE" })).status).toBe(204);
    expect(await objectsOf("datasets")).not.toContain(key);
    for (const gone of [path, `${path}/bars`]) expect((await call(gone, { token })).status).toBe(404);
    expect((await call(path, { token, method: "DELETE" })).status).toBe(404);
    expect((await uploaded(csv)).id).not.toBe(id);
  });

  it("of samples is the same for the same seed on every desk, and another for another", async () => {
    const stranger = await newAccount();
    const [one, same, other] = await Promise.all([
      newDataset(token, { seed: 5, symbols: ["X", "Y"] }),
      newDataset(stranger.access_token, { seed: 5, symbols: ["X", "Y"] }),
      newDataset(token, { seed: 6, symbols: ["X", "Y"] }),
    ]);
    expect(same.hash).toBe(one.hash);
    expect(same.id).not.toBe(one.id);
    expect(other.hash).not.toBe(one.hash);
    expect(one).toMatchObject({ bars: 600, usable: true });
  });

  it.each([
    [{ bars: 300_000, symbols: ["A", "B"] }, "bars"],
    [{ symbols: ["A", "A"] }, "symbols"],
    [{ timeframe: "1w" }, "timeframe"],
    [{ seed: -1 }, "seed"],
  ])("of samples is refused with %j", async (more, path) => {
    const answer = await call("/v1/datasets/sample", { token, json: { name: "No", ...more } });
    expect((await problemOf(answer)).errors).toMatchObject([{ path }]);
  });

  it("of longer bars sums what it is made of, names it, and is there once", async () => {
    const source = await uploaded(days(28, 900));
    const path = `/v1/datasets/${source.id}/resample`;
    const answer = await call(path, { token, json: { timeframe: "1w" } });
    expect(answer.status).toBe(201);
    const weeks = await answer.json<DatasetAnswer & { origin: object }>();
    expect(weeks).toMatchObject({
      ...{ timeframe: "1w", bars: 4, source: "resample" },
      origin: { dataset_id: source.id, dataset_hash: source.hash, timeframe: "1w" },
    });
    const { data } = await pageOf(weeks.id, "limit=1");
    expect(data).toEqual([
      { time: "2024-01-01T00:00:00.000Z", open: 900, high: 908, low: 898, close: 907, volume: 7_021 },
    ]);
    const again = await call(path, { token, json: { timeframe: "1w", name: "Weeks" } });
    expect([again.status, (await again.json<DatasetAnswer>()).id]).toEqual([200, weeks.id]);
    const shorter = await call(path, { token, json: { timeframe: "1h" } });
    expect((await problemOf(shorter)).errors).toMatchObject([{ path: "timeframe" }]);
  });
});

it("makes days of a market's own hours, on the clock that the set was read with", async () => {
  const rows = Array.from({ length: 30 }, (_, day) =>
    Array.from({ length: 7 }, (_, hour) => {
      const date = new Date(Date.UTC(2024, 2, 1 + day)).toISOString().slice(0, 10);
      return `${date} ${String(9 + hour).padStart(2, "0")}:30,10,11,9,10,5`;
    }),
  ).flat();
  const options = JSON.stringify({ time_zone: "America/New_York" });
  const source = await uploaded(`date,open,high,low,close,volume\n${rows.join("\n")}\n`, { options });
  const json = { timeframe: "1d" };
  const answer = await call(`/v1/datasets/${source.id}/resample`, { token, json });
  const made = await answer.json<DatasetAnswer>();
  const { data } = await pageOf(made.id, "limit=30");
  expect(data).toHaveLength(30);
  // Half past nine in New York is an hour earlier in UTC from 10 March on.
  expect(data.slice(8, 10).map(({ time, volume }) => [time, volume])).toEqual([
    ["2024-03-09T14:30:00.000Z", 35],
    ["2024-03-10T13:30:00.000Z", 35],
  ]);
});

it("reads the real daily bars of a share as they are", async (ctx) => {
  const goog = await dataFile("GOOG.csv");
  if (goog === undefined) return ctx.skip("no reference data on this machine");
  const set = await uploaded(new TextDecoder().decode(goog), { symbol: "GOOG" });
  expect(set).toMatchObject({ bars: 2_148, timeframe: "1d", usable: true });
});
