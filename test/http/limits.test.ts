import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { problemOf } from "../support/answers.ts";
import { type Account, call, newAccount } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";

/** Ten general calls an hour, and one log-in in a quarter of it. */
const env = { RATE_LIMIT_SCALE: "0.01" };
const HOUR_MS = 3_600_000;

let account: Account;
beforeAll(() => {
  // A fresh window, so that no test crosses its end.
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 60_000 });
});
beforeEach(async () => {
  account = await newAccount();
});
afterAll(() => {
  vi.useRealTimers();
});

const me = async () => await call("/v1/me", { token: account.access_token, env });
const times = async (count: number, work: () => Promise<Response>): Promise<number[]> => {
  const statuses: number[] = [];
  for (let n = 0; n < count; n += 1) statuses.push((await work()).status);
  return statuses;
};

describe("a rate limit", () => {
  it("lets its number of calls through and refuses the next, saying when to come back", async () => {
    expect(await times(10, me)).toEqual(Array(10).fill(200));
    const refused = await me();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("3540");
    expect(await problemOf(refused)).toMatchObject({
      type: "https://iana.org/assignments/http-problem-types#quota-exceeded",
      code: "limits.exceeded",
      "violated-policies": ["general"],
    });
  });

  it("is told on every answer, by the new headers and the old ones", async () => {
    const paths = ["/v1/me", "/v1/jobs/none", "/v1/documents?limit=0", "/v1/nothing"];
    for (const [at, path] of paths.entries()) {
      const { headers } = await call(path, { token: account.access_token, env });
      const left = 9 - at;
      expect(headers.get("ratelimit-policy"), path).toBe('"general";q=10;w=3600');
      expect(headers.get("ratelimit"), path).toBe(`"general";r=${left};t=3540`);
      expect(headers.get("x-ratelimit-limit"), path).toBe("10");
      expect(headers.get("x-ratelimit-remaining"), path).toBe(String(left));
      expect(headers.get("x-ratelimit-reset"), path).toBe("3540");
    }
    await times(6, me);
    const refused = await me();
    expect(refused.headers.get("ratelimit")).toBe('"general";r=0;t=3540');
    expect(refused.headers.get("x-ratelimit-remaining")).toBe("0");
  });

  it("counts each user for themselves, from whatever address", async () => {
    await times(11, me);
    expect((await me()).status).toBe(429);
    const other = await newAccount();
    expect((await call("/v1/me", { token: other.access_token, env })).status).toBe(200);
    const elsewhere = { "cf-connecting-ip": "198.51.100.9" };
    expect((await call("/v1/me", { token: account.access_token, headers: elsewhere, env })).status).toBe(429);
  });

  it("counts calls with a wrong credential, by their address", async () => {
    const headers = { "cf-connecting-ip": "198.51.100.1", authorization: "Bearer garbage" };
    expect(await times(11, () => call("/v1/me", { headers, env }))).toEqual([...Array(10).fill(401), 429]);
  });

  it("of log-ins is its own, by address, and holds for right passwords too", async () => {
    const { email, password } = account;
    const headers = { "cf-connecting-ip": "198.51.100.2" };
    const logIn = () => call("/v1/auth/login", { json: { email, password }, headers, env });
    expect(await times(2, logIn)).toEqual([200, 429]);
    expect((await logIn()).headers.get("ratelimit-policy")).toBe('"login";q=1;w=900');
    const other = { "cf-connecting-ip": "198.51.100.3" };
    expect((await call("/v1/auth/login", { json: { email, password }, headers: other, env })).status).toBe(
      200,
    );
    expect((await me()).status).toBe(200);
  });

  it("of registrations is its own, by address", async () => {
    const headers = { "cf-connecting-ip": "198.51.100.4" };
    const register = () => call("/v1/auth/register", { json: {}, headers, env });
    expect(await times(2, register)).toEqual([422, 429]);
  });

  it("takes the address from Cloudflare alone, not from what a client may send", async () => {
    const from = (n: number) => ({
      "cf-connecting-ip": "198.51.100.5",
      "x-forwarded-for": `203.0.113.${n}`,
      "x-real-ip": `203.0.113.${n}`,
      forwarded: `for=203.0.113.${n}`,
    });
    const statuses = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => (await call("/v1/me", { headers: from(n), env })).status),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });

  it("ends with its window", async () => {
    await times(11, me);
    expect((await me()).status).toBe(429);
    const now = Date.now();
    vi.setSystemTime(now + 3_540_000);
    const { email, password } = account;
    const login = await call("/v1/auth/login", { json: { email, password } });
    const { access_token } = await login.json<{ access_token: string }>();
    expect((await call("/v1/me", { token: access_token, env })).status).toBe(200);
    vi.setSystemTime(now);
  });

  it("leaves the probes alone", async () => {
    for (const path of ["/v1/health", "/livez", "/readyz"]) {
      expect(await times(12, () => call(path, { env })), path).toEqual(Array(12).fill(200));
    }
  });

  it("grows and shrinks by RATE_LIMIT_SCALE, and never to nothing", async () => {
    const limitAt = async (RATE_LIMIT_SCALE: string) => {
      const answer = await call("/v1/me", { token: account.access_token, env: { RATE_LIMIT_SCALE } });
      return answer.headers.get("x-ratelimit-limit");
    };
    expect(await limitAt("1")).toBe("1000");
    expect(await limitAt("0.000001")).toBe("1");
    expect(testEnv.RATE_LIMIT_SCALE).toBe("1000");
  });
});
