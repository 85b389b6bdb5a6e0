import { beforeAll, describe, expect, it } from "vitest";
import { type Account, call, newAccount } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

const origin = "https://bourse.test";

describe("every answer", () => {
  it.each([
    ["a success", "/v1/me", {}],
    ["a refusal", "/v1/jobs/none", {}],
    ["a missing credential", "/v1/me", { authorization: "" }],
    ["an unknown route", "/nothing/here", {}],
    ["the document", "/openapi.json", {}],
    ["a probe", "/livez", {}],
  ])("(%s) has its id, its time and what browsers must be told", async (_, path, headers) => {
    const answer = await call(path, { token: account.access_token, headers });
    expect(answer.headers.get("request-id")).toMatch(/^req_[0-9a-f]{32}$/);
    expect(answer.headers.get("server-timing")).toMatch(/^app;dur=\d+(\.\d)?$/);
    expect(answer.headers.get("content-security-policy")).toBe(
      "default-src 'none'; frame-ancestors 'none'; sandbox",
    );
    expect(answer.headers.get("strict-transport-security")).toMatch(/^max-age=63072000; includeSubDomains$/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("permissions-policy")).toContain("camera=()");
    expect(answer.headers.get("x-powered-by")).toBeNull();
    expect(answer.headers.get("server")).toBeNull();
  });

  it("has a request id of its own, whatever the client sends", async () => {
    const headers = { "request-id": "mine", "x-request-id": "mine" };
    const ids = await Promise.all(
      [1, 2].map(async () => (await call("/livez", { headers })).headers.get("request-id")),
    );
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain("mine");
  });

  it("that is private stays out of every cache", async () => {
    for (const path of ["/v1/me", "/v1/jobs/none", "/v1/documents"]) {
      const answer = await call(path, { token: account.access_token });
      expect(answer.headers.get("cache-control"), path).toBe("no-store");
      expect(answer.headers.get("vary"), path).toMatch(/\bAuthorization\b/);
    }
  });

  it("tells what it cost only where that is switched on", async () => {
    const shown = await call("/v1/jobs", { token: account.access_token, env: { REPORT_COST: "true" } });
    expect(shown.headers.get("bourse-cost")).toMatch(/^d1_queries=\d/);
    const hidden = await call("/v1/me", { token: account.access_token, env: { REPORT_COST: "false" } });
    expect(hidden.headers.get("bourse-cost")).toBeNull();
  });

  it("costs one indexed read to get to know its caller, and none to know them again", async () => {
    const { access_token: token } = await newAccount();
    const costOf = async () => (await call("/v1/me", { token })).headers.get("bourse-cost");
    // Four rows by primary key: session, user, member and desk; and the feed, if a second has passed.
    expect(await costOf()).toMatch(/d1_queries=[12], d1_rows_read=[45](,|$)/);
    // The second call in a second leases a block of the month's quota that lasts for the third.
    expect(await costOf()).toBe("durable_object_calls=1");
    expect(await costOf()).toBe("none");
  });
});

describe("a browser on another origin", () => {
  const preflight = async (from: string) =>
    await call("/v1/documents", {
      method: "OPTIONS",
      headers: {
        origin: from,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      },
    });

  it("may call if it is on the list, without cookies", async () => {
    const asked = await preflight(origin);
    expect(asked.status).toBe(204);
    expect(asked.headers.get("access-control-allow-origin")).toBe(origin);
    expect(asked.headers.get("access-control-allow-methods")).toMatch(/POST/);
    expect(asked.headers.get("access-control-allow-headers")).toMatch(/Authorization/i);
    for (const path of ["/v1/me", "/v1/jobs/none"]) {
      const answer = await call(path, { token: account.access_token, headers: { origin } });
      expect(answer.headers.get("access-control-allow-origin"), path).toBe(origin);
      expect(answer.headers.get("access-control-expose-headers"), path).toMatch(/Request-Id/);
      expect(answer.headers.get("access-control-allow-credentials"), path).toBeNull();
      expect(answer.headers.get("vary"), path).toMatch(/\bOrigin\b/);
    }
  });

  it.each([
    "https://evil.test",
    "https://bourse.test.evil.test",
    "https://evilbourse.test",
    "http://bourse.test",
    "https://bourse.test:8443",
    "https://sub.bourse.test",
    "null",
    "",
    "*",
  ])("at %j gets no leave to read", async (from) => {
    for (const answer of [
      await preflight(from),
      await call("/v1/me", { token: account.access_token, headers: { origin: from } }),
    ]) {
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    }
  });

  it("is on the list by configuration alone", async () => {
    const env = { ALLOWED_ORIGINS: `${testEnv.ALLOWED_ORIGINS}, https://desk.example` };
    const headers = { origin: "https://desk.example" };
    const answer = await call("/v1/me", { token: account.access_token, headers, env });
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://desk.example");
  });
});
