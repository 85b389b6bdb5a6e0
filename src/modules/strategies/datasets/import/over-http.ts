import { type Asked, filled, stretches } from "./address.ts";
import { csvRows } from "./csv-rows.ts";
import { jsonRows } from "./json-rows.ts";
import type { Provider } from "./provider.ts";
import type { HttpSource } from "./schemas.ts";

/** Rows of a larger answer would not fit an isolate beside it; `days_per_request` makes answers smaller. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Any address that answers with bars of one symbol: a request for each symbol and stretch of time. */
export function barsOverHttp(source: HttpSource, { symbols, ...span }: AskedSymbols): Provider {
  const asked: Asked[] = symbols.flatMap((symbol) =>
    stretches(span, source.days_per_request).map((stretch) => ({ ...span, ...stretch, symbol })),
  );
  const partOf = (part: number): Asked => {
    const one = asked[part];
    if (one === undefined) throw new RangeError(`there is no part ${part}`);
    return one;
  };
  const accept = source.format === "json" ? "application/json" : "text/csv, text/plain;q=0.9";
  return {
    parts: asked.length,
    requestOf: (part) => ({
      url: filled(source.url, partOf(part)),
      headers: { accept, "user-agent": "Bourse-Import/1" },
      max_bytes: MAX_BYTES,
    }),
    read: (answer, part) => {
      const { symbol } = partOf(part);
      const rows =
        source.format === "json"
          ? jsonRows(answer, { symbol, path: source.rows, mapping: source.mapping })
          : csvRows(answer, symbol, source.mapping);
      return { rows, next: null };
    },
  };
}

type AskedSymbols = Omit<Asked, "symbol"> & { symbols: readonly string[] };
