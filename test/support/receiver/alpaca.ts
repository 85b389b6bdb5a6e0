import type { ServerResponse } from "node:http";

/** The account that it knows. */
export const ALPACA = { key_id: "PKTESTKEY", secret_key: "alpaca-test-secret" };

/** Fewer than the real one gives at once, so that a small import has several pages and a large one no more than four. */
const pageOf = (bars: number): number => Math.max(5, Math.ceil(bars / 4));
const DAY = 86_400_000;

interface Bar {
  symbol: string;
  t: string;
  o: number;
  h: number;
  l: number;
  c: number;
  v: number;
}

/** Bars of weekdays as Alpaca stamps them, at midnight in New York in winter. A symbol NONE… has none. */
function barsOf(symbol: string, from: number, to: number): Bar[] {
  if (symbol.startsWith("NONE")) return [];
  const bars: Bar[] = [];
  for (let day = Math.ceil(from / DAY) * DAY; day + 5 * 3_600_000 <= to; day += DAY) {
    if ([0, 6].includes(new Date(day).getUTCDay())) continue;
    const price = 100 + bars.length + symbol.length / 4;
    const t = `${new Date(day).toISOString().slice(0, 10)}T05:00:00Z`;
    bars.push({ symbol, t, o: price, h: price + 1, l: price - 1, c: price + 0.5, v: 1_000 + bars.length });
  }
  return bars;
}

/**
 * `GET /v2/stocks/bars` as Alpaca documents it: symbols in their order, pages by a token. A symbol BUSY… is answered with
 * 429 the first time.
 */
export function answerAsAlpaca(response: ServerResponse): void {
  const { headers, url = "" } = response.req;
  const asked = new URL(url, "http://alpaca").searchParams;
  const symbols = (asked.get("symbols") ?? "").split(",");
  if (headers["apca-api-key-id"] !== ALPACA.key_id || headers["apca-api-secret-key"] !== ALPACA.secret_key) {
    response.writeHead(403).end('{"message":"forbidden."}');
    return;
  }
  const busy = symbols.find((symbol) => symbol.startsWith("BUSY") && !turnedAway.has(symbol));
  if (busy !== undefined) {
    turnedAway.add(busy);
    response.writeHead(429, { "retry-after": "0" }).end('{"message":"too many requests."}');
    return;
  }
  const [from, to] = [Date.parse(asked.get("start") ?? ""), Date.parse(asked.get("end") ?? "")];
  const all = symbols.flatMap((symbol) => barsOf(symbol, from, to));
  const start = Number(asked.get("page_token") ?? 0);
  const end = start + pageOf(all.length);
  const page = all.slice(start, end);
  const bars: Record<string, object[]> = {};
  for (const { symbol, ...bar } of page) bars[symbol] = [...(bars[symbol] ?? []), bar];
  const next = end < all.length ? String(end) : null;
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ bars, next_page_token: next }));
}
const turnedAway = new Set<string>();
