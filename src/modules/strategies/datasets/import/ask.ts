import { MINUTE_MS, SECOND_MS } from "../../../../platform/clock.ts";
import { guardedFetch, type Outcome } from "../../../../platform/guarded-fetch.ts";
import { REFUSALS } from "../../../../platform/outbound-policy.ts";
import type { Platform } from "../../../../platform/platform.ts";
import { PermanentFailure } from "../../../jobs/define.ts";
import { retryAfterMs } from "../../../webhooks/policy.ts";
import { type Provider, type ProviderPage, UnreadableAnswer } from "./provider.ts";

/** Tries of one request, and the wait after the first; it doubles with each. */
const MAX_TRIES = 6;
const FIRST_WAIT_MS = SECOND_MS;
const MAX_WAIT_MS = 2 * MINUTE_MS;

/** Which request is next, and how often it was tried in vain. */
export interface Place {
  part: number;
  token: string | null;
  tries: number;
}

const failure = (code: string, message: string) => new PermanentFailure(`datasets.provider_${code}`, message);

/** One request to the provider: a page, or how long to wait before the next try. What no try can mend throws a `PermanentFailure`. */
export async function askProvider(
  platform: Platform,
  provider: Provider,
  { part, token, tries }: Place,
): Promise<ProviderPage | { wait_ms: number }> {
  const { headers, max_bytes, url } = provider.requestOf(part, token);
  const outcome = await guardedFetch(platform, url, { method: "GET", headers, max_bytes });
  const passing = passingTrouble(outcome, platform.clock.now());
  if (passing === undefined) return pageOf(provider, part, outcome);
  if (tries + 1 >= MAX_TRIES)
    throw failure("unavailable", `The provider ${passing.told}, ${MAX_TRIES} times in a row.`);
  return { wait_ms: Math.min(MAX_WAIT_MS, Math.max(passing.retry_after_ms, FIRST_WAIT_MS * 2 ** tries)) };
}

/** What may be over at the next try: no answer, a busy or a failing server. */
function passingTrouble(outcome: Outcome, now: number): { told: string; retry_after_ms: number } | undefined {
  if (outcome.kind === "timeout") return { told: "did not answer in time", retry_after_ms: 0 };
  if (outcome.kind === "failed") return { told: "could not be reached", retry_after_ms: 0 };
  if (outcome.kind === "refused") return undefined;
  const { headers, status } = outcome;
  if (status !== 429 && status < 500) return undefined;
  return { told: `answered ${status}`, retry_after_ms: retryAfterMs(headers.get("retry-after"), now) };
}

function pageOf(provider: Provider, part: number, outcome: Outcome): ProviderPage {
  if (outcome.kind === "refused") throw failure("refused", `The address ${REFUSALS[outcome.refusal]}.`);
  if (outcome.kind !== "answered") throw failure("unavailable", "The provider could not be reached.");
  const { body, headers, status, truncated } = outcome;
  if (status === 401 || status === 403)
    throw failure("denied", `The provider answered ${status}: it does not let us read this.`);
  if (status >= 300 && status < 400)
    throw failure("redirected", `The provider answered ${status}; redirects are not followed.`);
  if (status !== 200) throw failure("status", `The provider answered ${status}.`);
  if (truncated)
    throw failure(
      "too_large",
      "The answer is too large, or broke off. Ask for less at a time: `days_per_request`.",
    );
  if (/^text\/html\b/i.test(headers.get("content-type") ?? ""))
    throw failure("unreadable", "The answer is a web page.");
  try {
    return provider.read(body, part);
  } catch (error) {
    if (error instanceof UnreadableAnswer) throw failure("unreadable", `The answer ${error.message}.`);
    throw error;
  }
}
