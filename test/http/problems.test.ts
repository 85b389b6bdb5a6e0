import { beforeAll, describe, expect, it, vi } from "vitest";
import { problemOf } from "../support/answers.ts";
import { type Account, call, newAccount } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

const post = async (path: string, body: string, headers: Record<string, string> = {}) =>
  await call(path, {
    token: account.access_token,
    body,
    headers: { "content-type": "application/json", ...headers },
  });

describe("a problem", () => {
  it("has all that RFC 9457 and our conventions ask for, and the request id of its header", async () => {
    const answer = await call("/v1/jobs/none", { token: account.access_token });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    const problem = await answer.json<Record<string, unknown>>();
    expect(problem).toEqual({
      type: "about:blank",
      title: "Not Found",
      status: 404,
      detail: expect.any(String),
      instance: "/v1/jobs/none",
      code: "jobs.not_found",
      request_id: answer.headers.get("request-id"),
    });
  });

  it("names each wrong field by its path, a code and a message", async () => {
    const body = JSON.stringify({ query: "", limit: 1000, filters: { tags: [1], owner: "x" } });
    const answer = await post("/v1/search", body);
    expect(answer.status).toBe(422);
    const { code, errors = [] } = await problemOf(answer);
    expect(code).toBe("request.invalid");
    expect(errors.map(({ path }) => path).sort()).toEqual(["filters", "filters.tags.0", "limit", "query"]);
    for (const error of errors) expect(error.code && error.message).toBeTruthy();
  });

  it("is what an unknown route gets, once the caller is known", async () => {
    const { access_token: token } = account;
    for (const path of ["/v1/nothing", "/v1/documents/x/nothing", "/v1/documents/", "/v1//documents"]) {
      const answer = await call(path, { token });
      expect(answer.status, path).toBe(404);
      expect((await problemOf(answer)).code, path).toBe("request.no_such_route");
    }
    const wrongMethod = await call("/v1/me", { token, method: "PUT" });
    expect((await problemOf(wrongMethod)).code).toBe("request.no_such_route");
  });

  it("tells nothing of the inside when something fails, and the log all of it", async () => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    const DB = new Proxy(testEnv.DB, {
      get() {
        throw new TypeError("binding DB: SELECT * FROM users at store.ts:17");
      },
    });
    const answer = await call("/v1/jobs", { token: account.access_token, env: { DB } });
    expect(answer.status).toBe(500);
    const text = await answer.text();
    expect(text).not.toMatch(/DB|SELECT|users|\.ts|TypeError/);
    expect(JSON.parse(text)).toMatchObject({
      code: "internal",
      request_id: answer.headers.get("request-id"),
    });
    expect(String(printed.mock.calls[0])).toContain("binding DB: SELECT * FROM users at store.ts:17");
    expect(String(printed.mock.calls[0])).toContain(String(answer.headers.get("request-id")));
    printed.mockRestore();
  });
});

describe("a body", () => {
  it.each(["{", '{"query":}', "[1,", '{"query":"x"} x', "\u0000", ""])(
    "of %j is broken syntax: 400",
    async (body) => {
      const answer = await post("/v1/search", body);
      expect([400, 422]).toContain(answer.status);
      if (body !== "") expect((await problemOf(answer)).code).toBe("request.syntax");
    },
  );

  it.each(["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/json", ""])(
    "sent as %j is refused as the wrong type: 415",
    async (type) => {
      const answer = await post("/v1/search", '{"query":"x"}', { "content-type": type });
      expect(answer.status).toBe(415);
      expect((await problemOf(answer)).code).toBe("request.wrong_type");
    },
  );

  it("may name its charset", async () => {
    const type = "application/json; charset=utf-8";
    expect((await post("/v1/search", '{"query":"x"}', { "content-type": type })).status).toBe(200);
  });

  it("of JSON is not taken where a file is, nor a file where JSON is", async () => {
    expect((await post("/v1/documents", "{}")).status).toBe(415);
    const form = new FormData();
    form.set("query", "x");
    expect((await call("/v1/search", { token: account.access_token, body: form })).status).toBe(415);
  });

  it.each([
    ["arrays", "[".repeat(200_000)],
    ["closed arrays", "[".repeat(100_000) + "]".repeat(100_000)],
    ["objects", `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`],
    ["arrays in a field", `{"query":${"[".repeat(50_000)}${"]".repeat(50_000)}}`],
    ["objects in a filter", `{"query":"x","filters":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`],
  ])("of endlessly deep %s is refused and breaks nothing", async (_, body) => {
    expect([400, 422]).toContain((await post("/v1/search", body)).status);
  });

  it.each(["NaN", "Infinity", "1e309", "-0.5", "9007199254740993", '"5"', "null", "true", "1.5"])(
    "with the number %s where a small whole one belongs is refused",
    async (limit) => {
      expect([400, 422]).toContain((await post("/v1/search", `{"query":"x","limit":${limit}}`)).status);
    },
  );

  it("can't reach the prototype of what it becomes", async () => {
    for (const key of ["__proto__", "constructor", "prototype"]) {
      const answer = await post("/v1/search", `{"query":"x","${key}":{"admin":true}}`);
      expect(answer.status, key).toBe(422);
    }
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  });
});
