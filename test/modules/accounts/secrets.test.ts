import { afterEach, describe, expect, it, vi } from "vitest";
import { logIn, newRegistration, refresh, type Tokens } from "../../support/accounts.ts";
import { call } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Everything that is printed from now on, as one text. */
function listen(): () => string {
  const lines: string[] = [];
  for (const name of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, name).mockImplementation((...args: unknown[]) => {
      lines.push(args.map(String).join(" "));
    });
  }
  return () => lines.join("\n");
}

/** What may never be printed of a life of an account, from registration to the end of its sessions. */
async function liveThrough(): Promise<Record<string, string>> {
  const registration = newRegistration();
  await call("/v1/auth/register", { json: registration });
  await call("/v1/auth/register", { json: registration });
  const weak = "weakling-password";
  await call("/v1/auth/register", { json: { ...newRegistration(), password: weak } });
  const wrong = "Wrong-Harb0ur-42";
  await call("/v1/auth/login", { json: { email: registration.email, password: wrong } });
  await call("/v1/auth/login", {
    headers: { "content-type": "application/json" },
    body: `{"password":"${wrong}`,
  });
  const tokens = await logIn(registration);
  const child = await (await refresh(tokens.refresh_token)).json<Tokens>();
  const grandchild = await (await refresh(child.refresh_token)).json<Tokens>();
  const made = await call("/v1/tickets", { method: "POST", token: child.access_token });
  const { ticket } = await made.json<{ ticket: string }>();
  await call(`/v1/me?access_token=${child.access_token}`, {
    headers: { cookie: `session=${child.access_token}` },
  });
  await call(`/v1/jobs/x/socket?ticket=${ticket}`, {
    headers: { upgrade: "websocket", "sec-websocket-protocol": `ticket.${ticket}` },
  });
  await call("/v1/me", { token: `${child.access_token}x` });
  await refresh(tokens.refresh_token);
  await call("/v1/auth/logout", { json: { refresh_token: grandchild.refresh_token } });
  const row = await testEnv.DB.prepare("SELECT password_hash FROM users WHERE username = ?")
    .bind(registration.username)
    .first<{ password_hash: string }>();
  const proof = (token: string) => token.split(".")[2] ?? "";
  return {
    "the password": registration.password,
    "a weak password": weak,
    "a wrong password": wrong,
    "the hash": row?.password_hash ?? "",
    "the access token": tokens.access_token,
    "the access token's signature": proof(tokens.access_token),
    "the second access token's signature": proof(child.access_token),
    "the refresh token's proof": proof(tokens.refresh_token),
    "its child's proof": proof(child.refresh_token),
    "the last proof": proof(grandchild.refresh_token),
    "the ticket": ticket,
    "the address": registration.email.toLowerCase(),
    "the signing key": JSON.parse(testEnv.SIGNING_KEYS)[0].d,
    "the refresh secret": testEnv.TOKEN_SECRET,
  };
}

describe("the log", () => {
  it("has a line for each request and no secret in any of them", async () => {
    const printed = listen();
    const secrets = await liveThrough();
    const text = printed();
    expect(text.match(/"message":"request"/g)?.length).toBeGreaterThanOrEqual(12);
    expect(text).toContain('"path":"/v1/auth/login"');
    for (const [what, secret] of Object.entries(secrets)) {
      expect(secret.length, what).toBeGreaterThan(8);
      expect(text.toLowerCase().includes(secret.toLowerCase()), `${what} was printed`).toBe(false);
    }
  });

  it("tells all of a failure that the answer tells nothing of, but for what was bound to its query", async () => {
    const printed = listen();
    const registration = newRegistration();
    await call("/v1/auth/register", { json: registration });
    const { access_token } = await logIn(registration);
    const db = brokenAt(/insert into "tickets"/);
    const answer = await call("/v1/tickets", { method: "POST", token: access_token, env: { DB: db } });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({
      code: "internal",
      detail: expect.not.stringMatching(/ticket|D1|SQL/i),
    });
    const line =
      printed()
        .split("\n")
        .find((one) => one.includes("request failed")) ?? "";
    expect(line).toMatch(/no such function: fire/);
    expect(line, "bound values are hashes, addresses and bodies").not.toMatch(/usr_[0-9a-f]{32},dsk_/);
  });
});

/** The database, but statements with this text fail as D1 does. */
function brokenAt(text: RegExp): D1Database {
  return new Proxy(testEnv.DB, {
    get(target, name) {
      if (name !== "prepare") {
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      }
      return (sql: string) => {
        if (text.test(sql)) return target.prepare("SELECT fire(?1, ?2, ?3, ?4, ?5)");
        return target.prepare(sql);
      };
    },
  });
}
