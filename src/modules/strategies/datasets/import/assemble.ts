import { PermanentFailure } from "../../../jobs/define.ts";
import type { JsonObject } from "../../../jobs/job.ts";
import { CsvBarReader, type CsvReading, type SymbolBars } from "../../bars/csv/read.ts";
import { CsvRefusal } from "../../bars/csv/refusal.ts";
import { type BarsReport, examine } from "../../bars/report.ts";
import { cutBars, spanWithin } from "../../bars/slice.ts";
import { TimeZone } from "../../bars/time-zone.ts";
import { parseTimeframe } from "../../bars/timeframe.ts";
import { asJson } from "../../runs/create.ts";
import { createDataset } from "../create.ts";
import { irregularTimes } from "../errors.ts";
import type { TimeSpan } from "../open.ts";
import { DELIMITER, textOfPages } from "./pages.ts";
import { type ImportRequest, spanOf } from "./schemas.ts";
import type { Import, ImportProgress } from "./slice.ts";

/** Makes the data set of the pages that were fetched, as an upload of all of them would; safe to repeat. */
export async function assemble(slice: Import, { pages }: ImportProgress): Promise<JsonObject> {
  const { created_by, desk, id, input, platform } = slice;
  const { dataset_id, request } = input;
  const timeframe = parseTimeframe(request.timeframe);
  if (timeframe === undefined) throw irregularTimes();
  const { dialect, findings, symbols } = await readPages(
    textOfPages(platform, { desk, job: id, pages }),
    request,
  );
  const span = spanOf(request);
  const within = symbols.map((one) => withinSpan(one, span)).filter(({ bars }) => bars.times.length > 0);
  if (within.length === 0) throw noBars();
  const report = examine(within, { found: findings, timeframe, zone: new TimeZone(dialect.time_zone) });
  const { name, ...asked } = request;
  const source = { db: platform.db, clock: platform.clock, desk, actor: created_by };
  const { dataset } = await createDataset(platform, source, {
    ...{ id: dataset_id, name, timeframe, source: "import", report: withoutCells(report) },
    symbols: within.map(({ bars, symbol }) => ({ name: symbol, bars })),
    origin: asJson({ dataset_id, ...asked }),
  });
  const found = new Set(dataset.symbols.map(({ symbol }) => symbol));
  return {
    ...{ dataset_id: dataset.id, dataset_hash: dataset.hash, bars: dataset.bars, symbols: [...found] },
    missing: request.symbols.filter((symbol) => !found.has(symbol)),
  };
}

const noBars = () =>
  new PermanentFailure("datasets.no_rows", "The provider has no bars of these symbols in this span.");

async function readPages(text: AsyncIterable<string>, { provider }: ImportRequest): Promise<CsvReading> {
  const { date_order, decimal, time_zone } = provider.kind === "http" ? provider : { decimal: "." as const };
  try {
    const reader = new CsvBarReader({ delimiter: DELIMITER, date_order, decimal, time_zone });
    for await (const piece of text) reader.write(piece);
    return reader.end();
  } catch (error) {
    if (!(error instanceof CsvRefusal)) throw error;
    if (error.code === "no_rows") throw noBars();
    throw new PermanentFailure(`datasets.${error.code}`, `The bars can't be read: ${error.message}.`);
  }
}

/** A provider may give more than it was asked for. */
function withinSpan({ bars, rows, symbol }: SymbolBars, asked: TimeSpan): SymbolBars {
  const span = spanWithin(bars.times, asked);
  return { symbol, rows: rows.subarray(span.from, span.to), bars: cutBars(bars, span) };
}

/** What somebody's server answered is not shown, unless it is a bar. */
function withoutCells(report: BarsReport): BarsReport {
  const findings = report.findings.map((finding) =>
    finding.code === "row_unreadable"
      ? { ...finding, examples: finding.examples.map((one) => ({ ...one, detail: "no date, or no number" })) }
      : finding,
  );
  return { ...report, findings };
}
