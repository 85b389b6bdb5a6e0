import { z } from "zod";
import { isPublicAddress, type OutboundRules, placeOf, type Refusal, refusalOf } from "./outbound-policy.ts";
import type { Platform } from "./platform.ts";

/** How a call ended. None of them throws, and `body` is for the Worker: it is never shown to whoever named the address. */
export type Outcome =
  | { kind: "answered"; status: number; headers: Headers; body: Uint8Array; truncated: boolean }
  | { kind: "refused"; refusal: Refusal }
  | { kind: "failed"; reason: "unresolved" | "connection" }
  | { kind: "timeout" };

export interface OutboundRequest {
  method: "GET" | "POST";
  headers: Record<string, string>;
  body?: string;
  /** As much of the answer's body as is read. */
  max_bytes: number;
}

type Outside = Pick<Platform, "settings">;

function rulesOf({ settings }: Outside): OutboundRules {
  const local = settings.ENVIRONMENT === "local" || settings.ENVIRONMENT === "test";
  return {
    allowed: local ? settings.OUTBOUND_ALLOWED : [],
    own: [settings.PUBLIC_ORIGIN, ...settings.ALLOWED_ORIGINS],
  };
}

/** Why an address can't be kept for later calls. A name that nobody knows now may be known by then. */
export async function refusalOfAddress(outside: Outside, address: string): Promise<Refusal | undefined> {
  const refusal = refusalOf(address, rulesOf(outside));
  if (refusal !== undefined) return refusal;
  const found = await lookUp(outside, address, AbortSignal.timeout(outside.settings.OUTBOUND_TIMEOUT_MS));
  return found === "private" ? found : undefined;
}

/**
 * The only way out to an address that somebody named: one request, no redirect followed, in bounded time. The name is
 * looked up again by whoever connects, so between a look-up here and that one only the network stands: Cloudflare's
 * egress reaches no private network; a Worker on another machine reaches what that machine does.
 */
export async function guardedFetch(
  outside: Outside,
  address: string,
  { max_bytes, ...request }: OutboundRequest,
): Promise<Outcome> {
  const refusal = refusalOf(address, rulesOf(outside));
  if (refusal !== undefined) return { kind: "refused", refusal };
  const signal = AbortSignal.timeout(outside.settings.OUTBOUND_TIMEOUT_MS);
  const found = await lookUp(outside, address, signal);
  if (found === "private") return { kind: "refused", refusal: found };
  if (found === "unresolved") return { kind: "failed", reason: found };
  try {
    const answer = await fetch(address, { ...request, redirect: "manual", signal });
    const { headers, status } = answer;
    return { kind: "answered", status, headers, ...(await readUpTo(max_bytes, answer.body)) };
  } catch {
    return signal.aborted ? { kind: "timeout" } : { kind: "failed", reason: "connection" };
  }
}

/** What comes after is not waited for; what broke off is what was read by then. */
async function readUpTo(max_bytes: number, body: ReadableStream<Uint8Array> | null) {
  const chunks: Uint8Array[] = [];
  let left = max_bytes;
  let truncated = false;
  try {
    for await (const chunk of body ?? []) {
      chunks.push(chunk.subarray(0, left));
      truncated = chunk.byteLength > left;
      left -= chunk.byteLength;
      if (left < 0) break; // leaving the loop cancels the stream
    }
  } catch {
    truncated = true;
  }
  return { body: new Uint8Array(await new Blob(chunks).arrayBuffer()), truncated };
}

/** RFC 8484's JSON, as public resolvers give it. */
const dnsAnswer = z.object({
  Answer: z.array(z.object({ type: z.int(), data: z.string() })).default([]),
});
const ADDRESS_TYPES = [1, 28];

/** What speaks against the addresses that the name leads to; nothing where there is no resolver to ask. */
async function lookUp(outside: Outside, address: string, signal: AbortSignal) {
  const url = new URL(address);
  const resolver = outside.settings.DNS_RESOLVER;
  if (resolver === undefined || rulesOf(outside).allowed.includes(placeOf(url))) return undefined;
  try {
    const answers = await Promise.all(["A", "AAAA"].map((type) => ask(resolver, url.hostname, type, signal)));
    const found = answers.flat();
    if (found.length === 0) return "unresolved";
    return found.every(isPublicAddress) ? undefined : "private";
  } catch {
    return "unresolved";
  }
}

async function ask(resolver: string, name: string, type: string, signal: AbortSignal): Promise<string[]> {
  const url = new URL(resolver);
  url.searchParams.set("name", name);
  url.searchParams.set("type", type);
  const headers = { accept: "application/dns-json" };
  const answer = await fetch(url, { headers, redirect: "manual", signal });
  if (!answer.ok) throw new Error(`the resolver answered ${answer.status}`);
  const { Answer } = dnsAnswer.parse(await answer.json());
  return Answer.filter((record) => ADDRESS_TYPES.includes(record.type)).map(({ data }) => data);
}
