import { describe, expect, it, vi } from "vitest";
import { settingsOf } from "../../src/env.ts";
import { guardedFetch, refusalOfAddress } from "../../src/platform/guarded-fetch.ts";
import { isPublicAddress, type Refusal, refusalOf } from "../../src/platform/outbound-policy.ts";
import { type TestEnv, testEnv } from "../support/env.ts";
import { downUrl, newBox } from "../support/webhooks.ts";

const RULES = {
  allowed: ["127.0.0.1:9000", "hooks.lan:80", "own.example:444"],
  own: ["https://desk.example", "https://app.desk.example:8443", "https://own.example:444"],
};

const REFUSED: Record<Refusal, string[]> = {
  malformed: [
    ...[
      "",
      " ",
      "hooks.example",
      "//hooks.example/",
      "https:",
      "https://",
      "https:hooks.example",
      "https:/hooks.example",
    ],
    ...[
      "https:///hooks.example",
      "https:\\\\hooks.example",
      "https://hooks.example\\@127.0.0.1/",
      "https://ho oks.example",
    ],
    ...[
      " https://hooks.example",
      "https://hooks.example/\n",
      "https://hooks\t.example",
      "https://hooks.example:99999/",
    ],
    ...[
      "https://%68ooks.example",
      "https://hooks%2eexample",
      "https://hooks.example%00.evil.example",
      "https://[::1",
    ],
    ...[
      "https://１２７.0.0.1/",
      "https://①②⑦.⓪.⓪.①/",
      "https://127。0。0。1/",
      "https://hooks.exam\u00adple",
    ],
    ...[
      "https://ⓛocalhost/",
      "https://exämple.example/",
      "https://hooks.example/ä",
      "https://0x7g.0.0.1/",
      "https://256.1.1.1/",
    ],
    ...["https://127.0.0.1.2.3/", "https://1.2.3.08/", "https://hooks.example:443:443/"],
  ],
  scheme: [
    ...[
      "http://hooks.example/",
      "HTTP://hooks.example",
      "ftp://hooks.example/",
      "file:///etc/passwd",
      "javascript:alert(1)",
    ],
    ...[
      "data:text/plain,x",
      "gopher://127.0.0.1:25/",
      "ws://hooks.example",
      "http://127.0.0.1/",
      "http://127.0.0.1:9001/",
    ],
  ],
  credentials: [
    ...["https://ada@hooks.example/", "https://ada:s3cret@hooks.example/", "https://:s3cret@hooks.example/"],
    ...[
      "https://hooks.example@127.0.0.1/",
      "https://127.0.0.1:9000@evil.example/",
      "http://ada:x@127.0.0.1:9000/",
    ],
  ],
  literal: [
    ...[
      "https://127.0.0.1/",
      "https://127.0.0.1:8443/",
      "https://127.1/",
      "https://127.0.1/",
      "https://2130706433/",
    ],
    ...[
      "https://0x7f000001/",
      "https://0x7f.0.0.1/",
      "https://0X7F.1/",
      "https://0177.0.0.1/",
      "https://017700000001/",
    ],
    ...["https://0/", "https://0.0.0.0/", "https://127.0.0.1./", "https://10.0.0.1/", "https://172.16.0.1/"],
    ...[
      "https://192.168.1.1/",
      "https://169.254.169.254/latest/meta-data/",
      "https://0xa9fea9fe/",
      "https://2852039166/",
    ],
    ...["https://100.64.0.1/", "https://1.1.1.1/", "https://%31%32%37.0.0.1/", "https://127%2e0%2e0%2e1/"],
    ...["https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:127.0.0.1]/"],
    ...[
      "https://[::ffff:7f00:1]/",
      "https://[::127.0.0.1]/",
      "https://[fe80::1]/",
      "https://[fc00::1]/",
      "https://[fd12:3456::1]/",
    ],
    ...[
      "https://[64:ff9b::7f00:1]/",
      "https://[2002:7f00:1::]/",
      "https://[2606:4700:4700::1111]/",
      "https://224.0.0.1/",
    ],
    ...[
      "https://255.255.255.255/",
      "https://0300.0250.0.1/",
      "https://192.168.257/",
      "https://127.0.0.1:443/",
    ],
  ],
  name: [
    ...[
      "https://localhost/",
      "https://LOCALHOST/",
      "https://localhost:8443/",
      "https://localhost./",
      "https://api.localhost/",
    ],
    ...[
      "https://printer.local/",
      "https://metadata.google.internal/",
      "https://intranet/",
      "https://hooks.example./",
    ],
    ...[
      "https://db.corp/",
      "https://router.lan/",
      "https://nas.home.arpa/",
      "https://box.localdomain/",
      "https://x.onion/",
    ],
    ...[
      "https://hooks..example/",
      "https://hooks_1.example/",
      "https://-hooks.example/",
      "https://hooks-.example/",
    ],
    ...["https://a.b/", `https://${"a".repeat(64)}.example/`, `https://${"a.".repeat(130)}example/`],
  ],
  own: [
    ...[
      "https://desk.example/v1/me",
      "https://DESK.example/",
      "https://admin.desk.example/",
      "https://desk.example:8443/",
      "https://app.desk.example/",
    ],
    ...[
      "https://own.example:444/",
      "https://bourse.account.workers.dev/",
      "https://bourse-staging.account.workers.dev/",
    ],
    ...["https://1a2b3c4d-bourse-production.account.workers.dev/"],
  ],
  port: [
    ...[
      "https://hooks.example:22/",
      "https://hooks.example:80/",
      "https://hooks.example:25/",
      "https://hooks.example:0/",
    ],
    ...["https://hooks.example:6379/", "https://hooks.example:8787/", "https://hooks.example:65535/"],
  ],
  private: [],
};
const refused = Object.entries(REFUSED).flatMap(([refusal, all]) =>
  all.map((address) => ({ refusal, address })),
);

describe("the guard of addresses that people name", () => {
  it.each(refused)("refuses $address as $refusal", ({ address, refusal }) => {
    expect(refusalOf(address, RULES)).toBe(refusal);
  });

  it("knows more than a hundred spellings, each once", () => {
    expect(refused.length).toBeGreaterThan(100);
    expect(new Set(refused.map(({ address }) => address)).size).toBe(refused.length);
  });

  it.each([
    "https://hooks.example/",
    "HTTPS://Hooks.Example/a?b=c#d",
    "https://hooks.example:443/",
    "https://hooks.example:8443/",
    "https://a.b.c-d.hooks.example",
    "https://xn--exmple-cua.example/",
    "https://desk.example.org/",
    "https://notdesk.example/",
    "https://hook.account.workers.dev/",
    "https://3com.example/@ada:b",
    "http://127.0.0.1:9000/any",
    "https://127.0.0.1:9000/any",
    "http://hooks.lan/",
  ])("lets %s through", (address) => {
    expect(refusalOf(address, RULES)).toBeUndefined();
  });

  it.each([
    ...[
      "0.0.0.0",
      "10.1.2.3",
      "100.64.1.1",
      "127.9.9.9",
      "169.254.169.254",
      "172.31.0.1",
      "192.168.0.1",
      "198.18.0.1",
    ],
    ...[
      "192.0.2.1",
      "224.0.0.1",
      "240.0.0.1",
      "255.255.255.255",
      "::",
      "::1",
      "fe80::1",
      "fc00::1",
      "fdff::1",
      "ff02::1",
    ],
    ...["::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "example.com", ""],
  ])("takes the resolved address %s for none of the public internet", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1"])(
    "takes %s for one",
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );

  it("heeds the list of local places nowhere but locally and in tests", async () => {
    const { url } = newBox();
    for (const ENVIRONMENT of ["staging", "production"])
      expect(await refusalOfAddress(outside({ ENVIRONMENT }), url)).toBe("scheme");
    expect(await refusalOfAddress(outside({ ENVIRONMENT: "local" }), url)).toBeUndefined();
  });
});

const outside = (env: Partial<TestEnv> = {}) => ({ settings: settingsOf({ ...testEnv, ...env }) });
const RESOLVER = { DNS_RESOLVER: newBox("dns").url };
const request = { method: "POST", headers: { "x-test": "1" }, body: "hello", max_bytes: 1024 } as const;
const go = (url: string, env: Partial<TestEnv> = {}) => guardedFetch(outside(env), url, request);

describe("a guarded call", () => {
  it("sends what it is given, once, and gives the answer", async () => {
    const box = newBox("status/418");
    const outcome = await go(box.url);
    expect(outcome).toMatchObject({ kind: "answered", status: 418, truncated: false });
    expect(outcome.kind === "answered" && new TextDecoder().decode(outcome.body)).toBe("answered 418");
    expect(await box.calls()).toEqual([
      expect.objectContaining({
        method: "POST",
        body: "hello",
        headers: expect.objectContaining({ "x-test": "1" }),
      }),
    ]);
  });

  it.each([301, 302, 303, 307, 308])("follows no %d", async (status) => {
    expect(await go(newBox(`moved/${status}`).url)).toMatchObject({ kind: "answered", status });
  });

  it("reads no more of an answer than it was told to", async () => {
    const outcome = await go(newBox("huge").url);
    expect(outcome).toMatchObject({ kind: "answered", status: 200, truncated: true });
    expect(outcome.kind === "answered" && outcome.body.byteLength).toBe(1024);
  });

  it("ends by its time-out when nobody answers, and with the status where the rest of an answer is late", async () => {
    const soon = { OUTBOUND_TIMEOUT_MS: "300" };
    expect(await go(newBox("silent").url, soon)).toEqual({ kind: "timeout" });
    expect(await go(newBox("dripping").url, soon)).toMatchObject({
      kind: "answered",
      status: 200,
      truncated: true,
    });
  });

  it("tells a connection that was cut, or refused, without an exception", async () => {
    for (const url of [newBox("cut").url, downUrl()])
      expect(await go(url)).toEqual({ kind: "failed", reason: "connection" });
  });

  it("refuses before it connects", async () => {
    const fetched = vi.spyOn(globalThis, "fetch");
    expect(await go("https://127.1/")).toEqual({ kind: "refused", refusal: "literal" });
    expect(fetched).not.toHaveBeenCalled();
    fetched.mockRestore();
  });

  it.each([
    ["v4-10-0-0-1.hooks.example", "private"],
    ["v4-93-184-216-34.v4-169-254-169-254.hooks.example", "private"],
    ["v6-fd00--1.hooks.example", "private"],
    ["v4-93-184-216-34.v6---1.hooks.example", "private"],
    ["v6---ffff-7f00-1.hooks.example", "private"],
  ])(
    "refuses %s, which a resolver knows to lead inside, when it is kept and when it is called",
    async (name, refusal) => {
      expect(await refusalOfAddress(outside(RESOLVER), `https://${name}/`)).toBe(refusal);
      expect(await go(`https://${name}/`, RESOLVER)).toEqual({ kind: "refused", refusal });
    },
  );

  it("calls nobody whose name the resolver does not know, or while it is away; either may be kept", async () => {
    for (const DNS_RESOLVER of [RESOLVER.DNS_RESOLVER, downUrl(), newBox("status/500").url]) {
      expect(await go("https://nobody.hooks.example/", { DNS_RESOLVER })).toEqual({
        kind: "failed",
        reason: "unresolved",
      });
      expect(
        await refusalOfAddress(outside({ DNS_RESOLVER }), "https://nobody.hooks.example/"),
      ).toBeUndefined();
    }
  });

  it("lets a name through that leads to public addresses alone", async () => {
    expect(
      await refusalOfAddress(outside(RESOLVER), "https://v4-93-184-216-34.v6-2606-4700--1111.hooks.example/"),
    ).toBeUndefined();
  });
});
