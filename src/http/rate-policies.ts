import { HOUR_MS, MINUTE_MS } from "../platform/clock.ts";

/**
 * Whom a policy counts. The caller is the user behind a session, or an API key instead of its user. A way in counts
 * addresses too, and no credential that comes along changes anything about that.
 */
type Counted = "caller" | "caller_or_address" | "address" | "way_in";

export interface RatePolicy {
  name: string;
  by: Counted;
  /** Before `RATE_LIMIT_SCALE`, and before the multiplier of an API key. */
  limit: number;
  window_ms: number;
}

interface Category {
  routes: RegExp;
  /** The one plan that it holds for. */
  plan?: string;
  policies: readonly RatePolicy[];
}

const hourly = (name: string, by: Counted, limit: number): RatePolicy => ({
  name,
  by,
  limit,
  window_ms: HOUR_MS,
});

/** A policy for the caller, and a narrower one for all who come from the same address. */
const layered = (name: string, of_caller: number, of_address: number): RatePolicy[] => [
  hourly(name, "caller", of_caller),
  hourly(`${name}_address`, "address", of_address),
];

const GENERAL = [hourly("general", "caller_or_address", 1_000)];

/** What starts slow work, or moves much data, has policies of its own; looking at it is general. */
const CATEGORIES: Category[] = [
  { routes: /^POST \/v1\/research$/, policies: layered("research", 500, 100) },
  { routes: /^POST \/v1\/discoveries$/, policies: layered("discovery", 1_000, 200) },
  { routes: /^POST \/v1\/batches(\/[^/]+\/retry-failed)?$/, policies: layered("batch", 50, 10) },
  {
    routes: /^POST \/v1\/optimizations$/,
    plan: "free",
    policies: [hourly("optimization", "caller_or_address", 10)],
  },
  { routes: /^[A-Z]+ \/v1\/datasets(\/|$)/, policies: [hourly("data", "caller_or_address", 1_000)] },
  // What has a mail sent to an address that the caller names, whoever is there.
  {
    routes: /^(POST \/v1\/desks\/[^/]+\/invitations|PATCH \/v1\/me)$/,
    policies: [hourly("mails", "caller_or_address", 50)],
  },
  {
    routes: /^(POST \/v1\/exports\/|GET \/v1\/.+\/export$)/,
    policies: [hourly("exports", "caller_or_address", 50)],
  },
  // By links, without a credential: they use up nothing of what the address may ask of the rest.
  { routes: /^GET \/downloads\//, policies: [hourly("downloads", "address", 1_000)] },
];

/** By address alone, or each account that a guesser makes would bring him another lot of guesses. */
const wayIn = (name: string): RatePolicy[] => [{ name, by: "way_in", limit: 10, window_ms: 15 * MINUTE_MS }];

/** Where somebody without a credential may guess a secret, make an account or have a mail sent. */
const WAYS_IN: Record<string, readonly RatePolicy[]> = {
  "POST /v1/auth/login": wayIn("login"),
  "POST /v1/auth/register": wayIn("register"),
  "POST /v1/auth/email/verify": wayIn("email_verify"),
  "POST /v1/auth/email/resend": wayIn("email_resend"),
  "POST /v1/auth/password/forgot": wayIn("password_forgot"),
  "POST /v1/auth/password/reset": wayIn("password_reset"),
  "POST /v1/auth/mfa/verify": wayIn("mfa_verify"),
};

/** The policies of the one category that a call is in. */
export function policiesOf(method: string, path: string, plan: string | undefined): readonly RatePolicy[] {
  const route = `${method === "HEAD" ? "GET" : method} ${path}`;
  const category = CATEGORIES.find(({ plan: only, routes }) => routes.test(route) && (only ?? plan) === plan);
  return WAYS_IN[route] ?? category?.policies ?? GENERAL;
}
