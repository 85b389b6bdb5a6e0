import { getDocumentProxy } from "unpdf";
import { beforeAll, describe, expect, it } from "vitest";
import { smaCross } from "../../../../src/modules/strategies/catalogue/moving-average-trend.ts";
import { runStrategy } from "../../../../src/modules/strategies/catalogue/run.ts";
import { engineSettings } from "../../../../src/modules/strategies/engine/settings.ts";
import { reportFonts } from "../../../../src/modules/strategies/exports/report-fonts.ts";
import type { ReportContent, ReportKind } from "../../../../src/modules/strategies/report/content.ts";
import type { ReportFonts } from "../../../../src/modules/strategies/report/page/paper.ts";
import { renderReport } from "../../../../src/modules/strategies/report/render.ts";
import { testEnv } from "../../../support/env.ts";
import { googBars, WITHOUT_DATA } from "../engine/goog.ts";
import { contentOf, wanderingPrices, withSearch } from "./contents.ts";

const KINDS: readonly ReportKind[] = ["executive", "technical", "full"];
const MOST_BYTES = 300_000;

let fonts: ReportFonts;
beforeAll(async () => {
  fonts = await reportFonts(testEnv.ASSETS);
});

const render = (content: ReportContent, kind: ReportKind) => renderReport(content, kind, fonts);

/** Pages' texts as a reader of PDFs sees them. */
async function pagesOf(content: ReportContent, kind: ReportKind): Promise<string[]> {
  const pdf = await getDocumentProxy((await render(content, kind)).slice());
  const texts: string[] = [];
  for (let page = 1; page <= pdf.numPages; page += 1) {
    const { items } = await (await pdf.getPage(page)).getTextContent();
    texts.push(
      items
        .map((item) => ("str" in item ? item.str : ""))
        .join(" ")
        .replace(/\s+/g, " "),
    );
  }
  await pdf.loadingTask.destroy();
  return texts;
}

describe("the same content", () => {
  it("gives the same bytes, whatever was rendered before", async () => {
    const content = withSearch(contentOf(wanderingPrices(700)));
    for (const kind of KINDS) {
      const first = await render(content, kind);
      await render(contentOf([10, 11, 12]), kind);
      expect(await render(content, kind), kind).toEqual(first);
    }
  });

  it("made at another moment differs in its dates", async () => {
    const content = contentOf(wanderingPrices(50));
    const later = { ...content, generatedAt: content.generatedAt + 86_400_000 };
    expect(await render(later, "executive")).not.toEqual(await render(content, "executive"));
  });
});

describe("an executive summary", () => {
  it("is two pages: the answer first, then the evidence", async () => {
    const [first = "", second = "", ...more] = await pagesOf(
      withSearch(contentOf(wanderingPrices(700))),
      "executive",
    );
    expect(more).toEqual([]);
    expect(first).toContain("The result does not hold up");
    expect(first.indexOf("does not hold up")).toBeLessThan(first.indexOf("Sharpe ratio 0"));
    expect(first).toContain("Page 1 of 2");
    for (const told of ["1.35", "0.14", "10%", "0.797", "Speaks against it"]) expect(second).toContain(told);
  });

  it("stays two pages with the longest texts", async () => {
    const long = "a very long reason that goes on and on ".repeat(40);
    const content = withSearch(contentOf(wanderingPrices(700)));
    const missing = { missing: long };
    expect(
      await pagesOf(
        {
          ...content,
          title: long,
          desk: long,
          strategy: { ...content.strategy, title: long, parameters: [{ title: long, value: 1 }] },
          curve: { ...content.curve, benchmark: missing },
          overfitting: {
            ...{
              trials: 3,
              probabilisticSharpe: missing,
              deflatedSharpe: missing,
              minimumTrackRecord: missing,
            },
            ...{ backtestOverfitting: missing, walkForward: missing, plateau: missing },
            ...{ tradePermutation: missing, perturbation: missing },
          },
        },
        "executive",
      ),
    ).toHaveLength(2);
  });
});

describe("a full report", () => {
  it("names each section's page in its contents, and that page begins with it", async () => {
    const pages = await pagesOf(withSearch(contentOf(wanderingPrices(700))), "full");
    const titles = ["Does it hold up?", "Performance", "Returns", "How the parameters were found"];
    for (const [at, title] of titles.entries()) {
      expect(pages[0]).toContain(`${title} ${at + 2}`);
      expect(pages[at + 1]?.startsWith(`${title} `), title).toBe(true);
    }
    expect(pages[0]).toContain(`Page 1 of ${pages.length}`);
  });

  it("has bookmarks, a title, an author and a language", async () => {
    const pdf = await getDocumentProxy(
      (await render(withSearch(contentOf(wanderingPrices(300))), "full")).slice(),
    );
    expect((await pdf.getOutline()).map(({ title }) => title)).toHaveLength(7);
    const { info } = await pdf.getMetadata();
    expect(info).toMatchObject({
      Title: "Every other fortnight",
      Author: "Aldgate Partners",
      Language: "en-GB",
    });
    await pdf.loadingTask.destroy();
  });
});

describe("a technical report", () => {
  it("has every figure with its formula, the settings and the trades", async () => {
    const text = (await pagesOf(contentOf(wanderingPrices(300)), "technical")).join(" ");
    for (const told of [
      ...["Mean / s · √periods, no risk-free rate (Sharpe 1994)", "0.100% of the money, both sides"],
      ...["5eed".repeat(16), "Bars to wait 10", "The parameters were not searched for", "WNDR"],
    ])
      expect(text).toContain(told);
  });

  it("lists what is still held, beside the trades that were closed", async () => {
    const content = contentOf(wanderingPrices(315));
    expect(content.open).toHaveLength(1);
    const text = (await pagesOf(content, "technical")).join(" ");
    expect(text).toContain("1 position still open after the last bar");
    const closed = (await pagesOf(contentOf(wanderingPrices(305)), "technical")).join(" ");
    expect(closed).not.toContain("still open");
  });

  it("lists 200 trades of more and says so", async () => {
    const content = contentOf(wanderingPrices(5000));
    expect(content.trades.length).toBeGreaterThan(200);
    const text = (await pagesOf(content, "technical")).join(" ");
    expect(text).toContain(`The first 200 of ${content.trades.length} trades are listed`);
    expect(text).not.toContain(" 201 Long");
  });
});

describe("runs with nothing to show", () => {
  it.each([
    ["no trade", contentOf([10, 11, 12, 13, 12], false)],
    ["a single bar", contentOf([10])],
    ["no bar", contentOf([])],
  ])("render with reasons: %s", async (_, content) => {
    for (const kind of KINDS) {
      const text = (await pagesOf(content, kind)).join(" ");
      expect(text).toContain("Not tested for overfitting");
      expect(text).toContain("no trade was closed");
      expect(text).not.toMatch(/NaN|Infinity|undefined|null/);
    }
  });

  it("say why each part of the evidence is missing", async () => {
    const text = (await pagesOf(contentOf(wanderingPrices(60)), "full")).join(" ");
    expect(text).toContain("it was a single backtest");
    expect(text).toContain("the parameters were given");
    expect(text).toContain("No rolling Sharpe ratio is drawn: the run is shorter than half a year.");
  });
});

describe("text of strangers", () => {
  it("is shown where the typeface has it and is marked where not, and the file keeps the whole title", async () => {
    const content = contentOf(wanderingPrices(60));
    const title = "Ταμείο Αθηνών × Фонд \u202e日経 225\u0000\ud800";
    const changed = { ...content, title, desk: "=cmd|' /C calc'!A0 </Title>(((\\" };
    const [first = ""] = await pagesOf(changed, "executive");
    expect(first).toContain("Ταμείο Αθηνών × Фонд ?? 225");
    expect(first).toContain("=cmd|' /C calc'!A0 </Title>(((\\");
    const pdf = await getDocumentProxy((await render(changed, "executive")).slice());
    expect((await pdf.getMetadata()).info).toMatchObject({ Title: expect.stringContaining("日経 225") });
    await pdf.loadingTask.destroy();
  });

  it("of one endless word is broken and cut", async () => {
    const endless = "W".repeat(100_000);
    const content = contentOf(wanderingPrices(60));
    const { dataset, strategy } = content;
    const changed = {
      ...content,
      ...{ title: endless, desk: endless, dataset: { ...dataset, name: endless, symbol: endless } },
      strategy: {
        ...strategy,
        parameters: Array.from({ length: 500 }, () => ({ title: endless, value: 1e300 })),
      },
    };
    for (const kind of KINDS) {
      const pages = await pagesOf(changed, kind);
      expect(pages.length).toBeLessThan(20);
      expect(pages[0]).toContain("W…");
    }
  });
});

describe("the size", () => {
  it("of a year of minutes stays below 300 kB", async () => {
    const content = withSearch(contentOf(wanderingPrices(700)));
    const length = 500_000;
    const times = Float64Array.from({ length }, (_, at) => Date.UTC(2020, 0, 1) + at * 60_000);
    const equity = Float64Array.from(
      { length },
      (_, at) => 10_000 + 3000 * Math.sin(at / 40_000) + (at % 97),
    );
    const bytes = await render({ ...content, curve: { times, equity, benchmark: equity } }, "full");
    expect(bytes.length).toBeLessThan(MOST_BYTES);
  });

  it("of GOOG's 93 trades stays below it too, and the reference's figures are on the first page", async (ctx) => {
    const bars = await googBars();
    if (bars === undefined) return ctx.skip(WITHOUT_DATA);
    const settings = engineSettings({ costs: { commissionRate: 0.002 } });
    const options = { crossing: "strict" as const, isIntraday: false, periods_per_year: 252 };
    const { measures, run } = runStrategy(smaCross, { fast: 10, slow: 20 }, bars, settings, options);
    const content: ReportContent = {
      ...withSearch(contentOf(wanderingPrices(60))),
      ...{ settings, measures, trades: run.trades.map((trade) => ({ ...trade, symbol: "GOOG" })) },
      curve: { times: bars.times, equity: run.equity, benchmark: bars.close },
    };
    expect((await render(content, "full")).length).toBeLessThan(MOST_BYTES);
    const [first] = await pagesOf(content, "full");
    for (const told of ["+462.6%", "0.83", "−33.9%", " 93 "]) expect(first).toContain(told);
  });
});
