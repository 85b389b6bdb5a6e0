import { Problem } from "./problem.ts";

/** How one caller stands with one limit, after this call. */
export interface LimitState {
  policy: string;
  limit: number;
  window_s: number;
  /** Below nothing where the call was one too many. */
  remaining: number;
  reset_s: number;
}

const left = ({ remaining }: LimitState): number => Math.max(0, remaining);
const tighter = (one: LimitState, other: LimitState): LimitState => (left(other) < left(one) ? other : one);

/** All limits of the call as structured fields (draft 11), and the tightest of them by the older headers. */
export function limitHeaders(states: readonly LimitState[]): Record<string, string> {
  const [first, ...others] = states;
  if (first === undefined) return {};
  const tightest = others.reduce(tighter, first);
  const policies = states.map(({ limit, policy, window_s }) => `"${policy}";q=${limit};w=${window_s}`);
  const service = states.map((state) => `"${state.policy}";r=${left(state)};t=${state.reset_s}`);
  return {
    "RateLimit-Policy": policies.join(", "),
    RateLimit: service.join(", "),
    "X-RateLimit-Limit": String(tightest.limit),
    "X-RateLimit-Remaining": String(left(tightest)),
    "X-RateLimit-Reset": String(tightest.reset_s),
  };
}

/** The refusal of a call, by the limits among all of its own that it went past. */
export function limitExceeded(
  code: string,
  detail: string,
  violated: readonly LimitState[],
  all: readonly LimitState[],
): Problem {
  const retry_s = Math.max(...violated.map(({ reset_s }) => reset_s));
  return new Problem(429, code, detail, {
    type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
    headers: { ...limitHeaders(all), "Retry-After": String(retry_s) },
    extensions: { "violated-policies": violated.map(({ policy }) => policy) },
  });
}
