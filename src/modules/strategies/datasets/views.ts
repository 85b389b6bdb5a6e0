import type { z } from "@hono/zod-openapi";
import { isoTime } from "../../../platform/clock.ts";
import type { Bars } from "../bars/bars.ts";
import type { barSchema, datasetDetail, datasetSchema } from "./schemas.ts";
import type { Dataset } from "./store.ts";

export function datasetView(dataset: Dataset): z.infer<typeof datasetSchema> {
  const { bars, created_at, created_by, hash, id, name, report, size_bytes, source, symbols, timeframe } =
    dataset;
  const self = `/v1/datasets/${id}`;
  return {
    ...{ id, name, timeframe, symbols, bars, hash, size_bytes, source, created_by },
    usable: report.usable,
    created_at: isoTime(created_at),
    links: { self, bars: `${self}/bars` },
  };
}

export const datasetDetailView = (dataset: Dataset): z.infer<typeof datasetDetail> => ({
  ...datasetView(dataset),
  origin: dataset.origin,
  report: dataset.report,
});

/** A set never changes, so its bars are its version. */
export const etagOf = ({ hash }: Dataset): string => `"${hash}"`;

export const barViews = ({ close, high, low, open, times, volume }: Bars): z.infer<typeof barSchema>[] =>
  Array.from(times, (time, at) => ({
    time: isoTime(time),
    ...{
      open: open[at] ?? 0,
      high: high[at] ?? 0,
      low: low[at] ?? 0,
      close: close[at] ?? 0,
      volume: volume[at] ?? 0,
    },
  }));
