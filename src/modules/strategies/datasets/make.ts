import { type Ctx, requirePermission } from "../../access/context.ts";
import type { Bars } from "../bars/bars.ts";
import { examine } from "../bars/report.ts";
import { resample } from "../bars/resample.ts";
import { sampleBars, sampleSession } from "../bars/sample.ts";
import { inferTradingHours } from "../bars/session.ts";
import { TimeZone, UTC } from "../bars/time-zone.ts";
import { DAY, lengthOf, parseTimeframe, type Timeframe } from "../bars/timeframe.ts";
import { asJson } from "../runs/create.ts";
import { createDataset } from "./create.ts";
import { badField } from "./errors.ts";
import { openDataset, readBars } from "./open.ts";
import type { SampleRequest } from "./schemas.ts";
import type { Dataset } from "./store.ts";

interface Made {
  dataset: Dataset;
  created: boolean;
}

/** Bars of nobody, from a seed: the same request gives the same bytes. */
export async function createSample(ctx: Ctx, request: SampleRequest): Promise<Made> {
  requirePermission(ctx, "datasets:write");
  const timeframe = timeframeOf(request.timeframe);
  if (lengthOf(timeframe) > DAY)
    throw badField("timeframe", "must be a day at most: resample the sample to get longer bars");
  const session = sampleSession(timeframe);
  const symbols = request.symbols.map((name, at) => ({
    name,
    bars: sampleBars({
      ...{ seed: request.seed + at, bars: request.bars, timeframe, session },
      ...{ from: Date.parse(`${request.from}T00:00:00Z`), price: request.price },
    }),
  }));
  const { name, ...origin } = request;
  const report = examine(
    symbols.map(({ bars, name }) => ({ symbol: name, bars })),
    { timeframe },
  );
  return await createDataset(ctx, ctx, {
    name,
    timeframe,
    symbols,
    source: "sample",
    origin: asJson(origin),
    report,
  });
}

/** Longer bars of a set, within the sessions that its times show. */
export async function resampleDataset(
  ctx: Ctx,
  { id, name, timeframe: text }: { id: string; name?: string | undefined; timeframe: string },
): Promise<Made> {
  requirePermission(ctx, "datasets:write");
  const source = await openDataset(ctx, ctx.desk, id);
  const [from, to] = [timeframeOf(source.timeframe), timeframeOf(text)];
  const zone = zoneOf(source);
  const symbols: { name: string; bars: Bars }[] = [];
  for (const { symbol } of source.symbols) {
    const bars = await readBars(ctx, source, symbol);
    symbols.push({ name: symbol, bars: longerBars({ bars, timeframe: from }, to, zone).bars });
  }
  const report = examine(
    symbols.map(({ bars, name }) => ({ symbol: name, bars })),
    { timeframe: to, zone },
  );
  return await createDataset(ctx, ctx, {
    ...{ name: name ?? `${source.name}, ${text}`, timeframe: to, symbols, source: "resample", report },
    origin: { dataset_id: source.id, dataset_hash: source.hash, timeframe: text },
  });
}

/** The zone that the set's times of day were read in, which its report tells. */
function zoneOf({ report }: Dataset): TimeZone {
  const told = report.symbols.find(({ session }) => session !== null)?.session?.time_zone;
  return told === undefined ? UTC : new TimeZone(told);
}

function longerBars(source: Parameters<typeof resample>[0], to: Timeframe, zone: TimeZone) {
  try {
    return resample(source, to, inferTradingHours(source.bars.times, source.timeframe, zone).session);
  } catch (error) {
    if (error instanceof RangeError) throw badField("timeframe", error.message);
    throw error;
  }
}

function timeframeOf(text: string): Timeframe {
  const timeframe = parseTimeframe(text);
  if (timeframe === undefined) throw badField("timeframe", "must be like 15m, 1h, 1d, 1w or 1mo");
  return timeframe;
}
