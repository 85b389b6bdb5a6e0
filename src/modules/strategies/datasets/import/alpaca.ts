import { z } from "@hono/zod-openapi";
import { isIntraday, parseTimeframe, type Timeframe } from "../../bars/timeframe.ts";
import { cellOf, jsonOf, type Provider, type ProviderPage, UnreadableAnswer } from "./provider.ts";

export const ADJUSTMENTS = ["raw", "split", "dividend", "spin-off", "all"] as const;
export const FEEDS = ["sip", "iex", "boats", "otc"] as const;

export interface AlpacaAccess {
  /** Where its market data API is. */
  origin: string;
  key_id: string;
  secret_key: string;
}

export interface AlpacaSpan {
  symbols: readonly string[];
  timeframe: string;
  /** ISO instants, both included. */
  from: string;
  to: string;
  adjustment: (typeof ADJUSTMENTS)[number];
  feed?: (typeof FEEDS)[number] | undefined;
}

/** The most that it gives in one answer. */
const PAGE_BARS = 10_000;
/** Three times such an answer. */
const MAX_BYTES = 4 * 1024 * 1024;
const MONTHS = [1, 2, 3, 4, 6, 12];

/** Its name for a timeframe: minutes up to 59, hours up to 23, a day, a week, some months; undefined for others. */
export function alpacaTimeframe({ count, unit }: Timeframe): string | undefined {
  if (unit === "m" && count <= 59) return `${count}Min`;
  if (unit === "h" && count <= 23) return `${count}Hour`;
  if (unit === "d" && count === 1) return "1Day";
  if (unit === "w" && count === 1) return "1Week";
  return unit === "mo" && MONTHS.includes(count) ? `${count}Month` : undefined;
}

const answerSchema = z.object({
  bars: z.record(z.string(), z.array(z.record(z.string(), z.unknown())).nullable()).nullish(),
  next_page_token: z.string().max(2_000).nullish(),
});

/** Alpaca's historical bars of stocks, all symbols in one series of pages (`GET /v2/stocks/bars`). */
export function alpacaBars({ key_id, origin, secret_key }: AlpacaAccess, span: AlpacaSpan): Provider {
  const timeframe = parseTimeframe(span.timeframe);
  const named = timeframe && alpacaTimeframe(timeframe);
  if (timeframe === undefined || named === undefined)
    throw new RangeError(`no timeframe of Alpaca: ${span.timeframe}`);
  const onlyDates = !isIntraday(timeframe);
  return {
    parts: 1,
    requestOf(_, token) {
      const url = new URL(`${origin.replace(/\/$/, "")}/v2/stocks/bars`);
      const { adjustment, feed, from, symbols, to } = span;
      const asked = { symbols: symbols.join(","), timeframe: named, start: from, end: to, adjustment };
      const query = { ...asked, limit: String(PAGE_BARS), sort: "asc", ...(feed && { feed }) };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      if (token !== null) url.searchParams.set("page_token", token);
      const headers = { "apca-api-key-id": key_id, "apca-api-secret-key": secret_key };
      return { url: url.href, headers, max_bytes: MAX_BYTES };
    },
    read: (answer) => readPage(answer, span.symbols, onlyDates),
  };
}

/** Bars of days are stamped with midnight in New York, which is the same date in UTC: the date alone is kept of them. */
function readPage(answer: Uint8Array, symbols: readonly string[], onlyDates: boolean): ProviderPage {
  const parsed = answerSchema.safeParse(jsonOf(answer));
  if (!parsed.success) throw new UnreadableAnswer("is no page of Alpaca's bars");
  const { bars, next_page_token } = parsed.data;
  const rows = symbols.flatMap((symbol) =>
    (Object.hasOwn(bars ?? {}, symbol) ? (bars?.[symbol] ?? []) : []).map((bar) => ({
      ...{ symbol, time: "" },
      date: onlyDates ? cellOf(bar.t).slice(0, "2004-08-19".length) : cellOf(bar.t),
      ...{
        open: cellOf(bar.o),
        high: cellOf(bar.h),
        low: cellOf(bar.l),
        close: cellOf(bar.c),
        volume: cellOf(bar.v),
      },
    })),
  );
  return { rows, next: next_page_token || null };
}
