import { afterEach, describe, expect, it, vi } from "vitest";
import { consoleLog, redacted } from "../../src/platform/log.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

describe("what is logged", () => {
  it.each([
    "password",
    "new_password",
    "passphrase",
    "secret",
    "TOKEN_SECRET",
    "token",
    "access_token",
    "refreshToken",
    "Authorization",
    "cookie",
    "set-cookie",
    "ticket",
    "api_key",
    "apiKey",
    "signature",
    "key",
  ])("shows no value under the name %s, however deep", (name) => {
    const shown = JSON.stringify(redacted({ [name]: "hush", list: [{ inner: { [name]: { a: "hush" } } }] }));
    expect(shown).not.toContain("hush");
    expect(shown).toContain("[redacted]");
  });

  it("keeps what is needed to find a fault", () => {
    const fields = {
      request_id: "req_1",
      path: "/v1/me",
      status: 500,
      key_count: 3,
      nothing: null,
      no: undefined,
    };
    expect(redacted(fields)).toEqual(fields);
  });

  it("ends in things that hold themselves", () => {
    const ring: Record<string, unknown> = { name: "ring" };
    ring.self = ring;
    expect(JSON.stringify(redacted(ring))).toContain("[deep]");
  });

  it("shows an error's name, message, stack and cause", () => {
    const error = new TypeError("outer", { cause: new Error("inner", { cause: { token: "hush" } }) });
    const shown = JSON.stringify(redacted({ error }));
    expect(shown).toContain("TypeError");
    expect(shown).toContain("log.test.ts");
    expect(shown).toContain("inner");
    expect(shown).not.toContain("hush");
  });

  it("shows a failed query without the values that were bound to it", () => {
    const error = new Error(
      'Failed query: insert into "users" values (?, ?)\nparams: ada@desk.test,hush\nhush',
    );
    const shown = JSON.stringify(redacted({ error }));
    expect(shown).toContain("insert into");
    expect(shown).not.toMatch(/ada@desk|hush/);
    expect(shown).toContain("log.test.ts");
  });

  it("is one line of JSON, errors on the error stream, with the fields of its request", () => {
    const [out, err] = [vi.spyOn(console, "log"), vi.spyOn(console, "error")];
    for (const spy of [out, err]) spy.mockImplementation(() => {});
    const log = consoleLog({ request_id: "req_1" }).with({ desk: "dsk_1" });
    log.info("line\nbreak", { token: "hush" });
    log.error("broken");
    expect(out.mock.calls[0]?.[0]).not.toContain("\n");
    expect(JSON.parse(String(out.mock.calls[0]?.[0]))).toEqual({
      level: "info",
      message: "line\nbreak",
      request_id: "req_1",
      desk: "dsk_1",
      token: "[redacted]",
    });
    expect(JSON.parse(String(err.mock.calls[0]?.[0]))).toMatchObject({ level: "error", message: "broken" });
  });
});
