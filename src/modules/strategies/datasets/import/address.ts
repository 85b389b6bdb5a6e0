import { DAY_MS, SECOND_MS } from "../../../../platform/clock.ts";

/** What of a request an address can name, each between braces. */
export const PLACES = [
  "symbol",
  "timeframe",
  "from",
  "to",
  "from_date",
  "to_date",
  "from_s",
  "to_s",
  "from_ms",
  "to_ms",
] as const;
type Place = (typeof PLACES)[number];

/** Names of query fields that hold secrets; addresses are kept in plain text and shown. */
const SECRETS =
  /^(?:.*[-_.])?(?:api|access|secret|private)?[-_]?(?:key|token|secret|password|passwd|pwd|signature|sig|auth)$/i;
const BRACES = /\{([^{}]*)\}/g;

/** What speaks against a template of addresses; undefined where nothing does. */
export function faultOfTemplate(template: string): string | undefined {
  const unknown = [...template.matchAll(BRACES)].map(([, name]) => name ?? "");
  const wrong = unknown.find((name) => !PLACES.some((place) => place === name));
  if (wrong !== undefined)
    return `may hold ${PLACES.map((place) => `{${place}}`).join(", ")}, and no other braces`;
  const plain = template.replaceAll(BRACES, "x");
  if (/[{}]/.test(plain)) return "has a brace that stands alone";
  if (!URL.canParse(plain)) return "must be an absolute address";
  if (/^[^/]*\/\/[^/?#]*[{}]/.test(template)) return "must name its host without braces";
  const { searchParams } = new URL(plain);
  const secret = [...searchParams.keys()].find((name) => SECRETS.test(name));
  if (secret !== undefined)
    return `must hold no secret (${JSON.stringify(secret.slice(0, 40))}): it is kept in plain text, and shown to the desk`;
  return undefined;
}

export const namesPlace = (template: string, ...places: Place[]): boolean =>
  places.some((place) => template.includes(`{${place}}`));

export interface Asked {
  symbol: string;
  timeframe: string;
  /** Ms since 1970, both included. */
  from: number;
  to: number;
}

/** The address of one request. What is filled in is percent-encoded, so that it stays within its place. */
export function filled(template: string, { from, symbol, timeframe, to }: Asked): string {
  const iso = (time: number) => new Date(time).toISOString();
  const date = (time: number) => iso(time).slice(0, "2004-08-19".length);
  const values: Record<Place, string> = {
    ...{ symbol, timeframe, from: iso(from), to: iso(to), from_date: date(from), to_date: date(to) },
    ...{ from_s: String(Math.ceil(from / SECOND_MS)), to_s: String(Math.floor(to / SECOND_MS)) },
    ...{ from_ms: String(from), to_ms: String(to) },
  };
  return template.replaceAll(BRACES, (_, name: Place) => encodeURIComponent(values[name]));
}

/** A span as stretches of so many days, without a gap; the whole of it where no length is given. */
export function stretches({ from, to }: Pick<Asked, "from" | "to">, days: number | undefined) {
  const length = days === undefined ? to - from + 1 : days * DAY_MS;
  const all: Pick<Asked, "from" | "to">[] = [];
  for (let start = from; start <= to; start += length) {
    all.push({ from: start, to: Math.min(to, start + length - 1) });
  }
  return all;
}
