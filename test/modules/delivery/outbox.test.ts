import { describe, expect, it } from "vitest";
import { newId } from "../../../src/platform/ids.ts";
import { problemOf } from "../../support/answers.ts";
import { deliver, newAddress, writeMail } from "../../support/deliveries.ts";
import { call } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { apiDocument } from "../../support/operations.ts";

describe("the outbox", () => {
  it("shows a local developer each mail with its state and its link, as a page on which nothing runs", async () => {
    const [to, refused] = [newAddress(), newAddress("nobody")];
    await writeMail(to, {
      template: "verify_email",
      proof: newId("prf"),
      username: "<script>alert(1)</script>",
    });
    await deliver(await writeMail(refused));
    const answer = await call("/outbox");
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-security-policy")).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(page).toContain(to);
    expect(page).toMatch(/href="https:\/\/bourse\.test\/confirm#verify_email=prf_[0-9a-f]{32}\.[\w-]+"/);
    expect(page).toContain("failed: Can&#39;t send mail - all recipients were rejected: 550");
    expect(page).not.toContain("<script");
  });

  it("shows the newest fifty", async () => {
    const old = newAddress();
    await writeMail(old, undefined, Date.now() - 1_000_000);
    for (let n = 0; n < 50; n += 1) await writeMail(newAddress());
    const page = await (await call("/outbox")).text();
    expect(page.match(/<article>/g)).toHaveLength(50);
    expect(page).not.toContain(old);
  });

  it.each([
    ["in staging", { env: { ENVIRONMENT: "staging" } }],
    ["in production", { env: { ENVIRONMENT: "production" } }],
    ["to another machine", { headers: { "cf-connecting-ip": "192.0.2.7" } }],
    ["to another machine that speaks IPv6", { headers: { "cf-connecting-ip": "2001:db8::7" } }],
    ["to a name that somebody has bound to this machine", { env: { PUBLIC_ORIGIN: "https://desk.example" } }],
  ])("is not there %s", async (_, how) => {
    await writeMail(newAddress());
    const answer = await call("/outbox", how);
    expect(answer.status).toBe(404);
    expect(await problemOf(answer)).toMatchObject({ code: "request.no_such_route" });
  });

  it.each(["127.0.0.1", "::1", "::ffff:127.0.0.1"])("is there for loopback as %s", async (address) => {
    expect((await call("/outbox", { headers: { "cf-connecting-ip": address } })).status).toBe(200);
  });

  it("is no part of the contract", () => {
    expect(Object.keys(apiDocument.paths)).not.toContain("/outbox");
    expect(testEnv.ENVIRONMENT).toBe("test");
  });
});
