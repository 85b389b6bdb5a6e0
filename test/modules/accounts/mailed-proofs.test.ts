import { afterEach, describe, expect, it, vi } from "vitest";
import { auditOf, isIn, logIn, mailedToken, newRegistration, refresh } from "../../support/accounts.ts";
import { problemOf, whatItTells } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { mailsTo, mailTo, tokenIn } from "../../support/mail.ts";

const NEW = "Loud-Harb0ur-43";
const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});
const passTime = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });

const verify = (token: string) => call("/v1/auth/email/verify", { json: { token } });
const reset = (token: string, new_password = NEW) =>
  call("/v1/auth/password/reset", { json: { token, new_password } });
const forgot = (email: string) => call("/v1/auth/password/forgot", { json: { email } });
const resend = (email: string) => call("/v1/auth/email/resend", { json: { email } });
const canLogIn = async (email: string, password: string) =>
  (await call("/v1/auth/login", { json: { email, password } })).status === 200;
const isVerified = async ({ access_token }: Pick<Account, "access_token">) => {
  const me = await (await call("/v1/me", { token: access_token })).json<{
    user: { email_verified: boolean };
  }>();
  return me.user.email_verified;
};

async function registered() {
  const registration = newRegistration();
  const email = registration.email.toLowerCase();
  const answer = await call("/v1/auth/register", { json: registration });
  const { desk, user } = await answer.json<{ user: { id: string }; desk: { id: string } }>();
  return { ...registration, email, user_id: user.id, desk_id: desk.id, ...(await logIn(registration)) };
}

describe("an address", () => {
  it("is verified by the token that was mailed to it at registration, once", async () => {
    const account = await registered();
    expect(await isVerified(account)).toBe(false);
    const token = tokenIn(await mailTo(account.email));
    expect((await verify(token)).status).toBe(204);
    expect(await isVerified(account)).toBe(true);
    expect((await verify(token)).status).toBe(404);
    const rows = (await auditOf(account.desk_id)).filter(({ action }) => action === "user.email_verify");
    expect(rows).toHaveLength(1);
  });

  it("is verified by one of several uses of a token at once", async () => {
    const account = await registered();
    const token = tokenIn(await mailTo(account.email));
    const answers = await Promise.all([1, 2, 3, 4].map(() => verify(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404]);
  });

  it("gets the same refusal for every token that does not hold", async () => {
    const account = await registered();
    const token = tokenIn(await mailTo(account.email));
    const [id = "", proof = ""] = token.split(".");
    const told = await whatItTells(await verify("garbage"), ["bourse-cost"]);
    expect(told).toMatchObject({ status: 404, body: { code: "auth.proof_not_found" } });
    const ofOtherPurpose = await mailedToken("reset_password", account);
    for (const forged of [
      `${id}.${[...proof].reverse().join("")}`,
      id,
      `prf_${"0".repeat(32)}.${proof}`,
      ofOtherPurpose,
    ])
      expect(await whatItTells(await verify(forged), ["bourse-cost"]), forged).toEqual(told);
    passTime(25 * HOUR_MS);
    expect(await whatItTells(await verify(token), ["bourse-cost"])).toEqual(told);
  });

  it("is sent the mail again when it asks, five times an hour at most, and not once it is verified", async () => {
    const account = await registered();
    for (let n = 0; n < 7; n += 1) expect((await resend(account.email.toUpperCase())).status).toBe(202);
    await vi.waitFor(async () => expect(await mailsTo(account.email)).toHaveLength(5), 10_000);
    await verify(tokenIn(await mailTo(account.email)));
    passTime(2 * HOUR_MS);
    await resend(account.email);
    vi.useRealTimers();
    expect(await mailsTo(account.email)).toHaveLength(5);
  });

  it("changes only once the mail to the new one was answered, and the old one is told", async () => {
    const account = await newAccount();
    const token = account.access_token;
    const moved = `moved-${account.email}`;
    const patched = await call("/v1/me", {
      method: "PATCH",
      token,
      headers: { "if-match": "*" },
      json: { email: moved },
    });
    expect(patched.status).toBe(200);
    expect(await patched.json()).toMatchObject({ user: { email: account.email } });
    expect((await verify(tokenIn(await mailTo(moved)))).status).toBe(204);
    expect(await (await call("/v1/me", { token })).json()).toMatchObject({ user: { email: moved } });
    expect((await mailTo(account.email, { subject: /changed/i })).text).toContain(moved);
    expect(await canLogIn(moved, account.password)).toBe(true);
    expect(await canLogIn(account.email, account.password)).toBe(false);
  });

  it("that somebody else has can be asked for without telling, and never taken", async () => {
    const [account, other] = [await newAccount(), await newAccount()];
    const ask = (email: string) =>
      call("/v1/me", {
        method: "PATCH",
        token: account.access_token,
        headers: { "if-match": "*" },
        json: { email },
      });
    const told = async (email: string) => {
      const { body, status } = await whatItTells(await ask(email));
      return { status, body };
    };
    expect(await told(other.email)).toEqual(await told(`free-${account.email}`));
    const mail = await vi.waitFor(async () => {
      const found = (await mailsTo(other.email)).find(({ text }) =>
        text.includes(`Hello ${account.username}`),
      );
      expect(found).toBeDefined();
      return found;
    }, 10_000);
    expect((await verify(tokenIn({ text: mail?.text ?? "" }))).status).toBe(404);
    expect(await canLogIn(other.email, other.password)).toBe(true);
  });
});

describe("a forgotten password", () => {
  it("is set anew by the token that was mailed, once; every session ends and the owner is told", async () => {
    const account = await newAccount();
    expect((await forgot(account.email)).status).toBe(202);
    const token = tokenIn(await mailTo(account.email, { subject: /password/i }));
    expect((await reset(token)).status).toBe(204);
    expect((await reset(token, "Other-Harb0ur-44")).status).toBe(404);
    expect(await canLogIn(account.email, account.password)).toBe(false);
    expect(await canLogIn(account.email, NEW)).toBe(true);
    expect(await isIn(account.access_token)).toBe(false);
    expect((await refresh(account.refresh_token)).status).toBe(401);
    await mailTo(account.email, { subject: /changed/i });
    const actions = (await auditOf(account.desk_id)).map(({ action }) => action);
    expect(actions.filter((action) => action === "user.password_reset")).toHaveLength(1);
  });

  it("has one live token: using the newest spends those before it", async () => {
    const account = await newAccount();
    const [older, newer] = [
      await mailedToken("reset_password", account),
      await mailedToken("reset_password", account),
    ];
    expect((await reset(newer)).status).toBe(204);
    expect((await reset(older, "Other-Harb0ur-44")).status).toBe(404);
  });

  it("leaves the token good when the new password is too weak, and ends it after an hour", async () => {
    const account = await newAccount();
    const token = await mailedToken("reset_password", account);
    const weak = await reset(token, "weak");
    expect(weak.status).toBe(422);
    expect((await problemOf(weak)).errors?.[0]?.path).toBe("new_password");
    passTime(HOUR_MS + 1000);
    expect((await reset(token)).status).toBe(404);
  });

  it("opens what strangers have locked", async () => {
    const account = await newAccount();
    const guess = (n: number, password: string) =>
      call("/v1/auth/login", {
        json: { email: account.email, password },
        headers: { "cf-connecting-ip": `203.0.113.${n}` },
      });
    for (let n = 0; n < 10; n += 1) await guess(n, "Wrong-Harb0ur-42");
    expect((await guess(200, account.password)).status).toBe(429);
    await reset(await mailedToken("reset_password", account));
    expect((await guess(200, NEW)).status).toBe(200);
  });

  it("mails nothing to an address that nobody has, or that is deactivated", async () => {
    const account = await newAccount();
    await testEnv.DB.prepare("UPDATE users SET status = 'deactivated' WHERE id = ?")
      .bind(account.user_id)
      .run();
    const nobody = `nobody-${crypto.randomUUID()}@desk.test`;
    for (const email of [account.email, nobody]) expect((await forgot(email)).status).toBe(202);
    const rows = await testEnv.DB.prepare(
      "SELECT count(*) AS n FROM mails WHERE recipient IN (?, ?) AND content LIKE '%reset%'",
    )
      .bind(account.email, nobody)
      .first();
    expect(rows).toEqual({ n: 0 });
  });

  it("has tokens that are kept nowhere", async () => {
    const account = await newAccount();
    await forgot(account.email);
    const token = tokenIn(await mailTo(account.email, { subject: /password/i }));
    const stored: unknown[] = [];
    for (const table of ["mailed_proofs", "mails", "audit_log"])
      stored.push((await testEnv.DB.prepare(`SELECT * FROM ${table}`).all()).results);
    expect(JSON.stringify(stored)).not.toContain(token.split(".")[1]);
  });
});

describe("changing a password", () => {
  const change = (token: string, current_password: string, new_password: string) =>
    call("/v1/auth/password/change", { token, json: { current_password, new_password } });

  it("needs the present one, ends all other sessions, keeps this one, and is told by mail", async () => {
    const account = await newAccount();
    const other = await logIn(account);
    const { access_token: token, password } = account;
    expect((await change(token, "Wrong-Harb0ur-42", NEW)).status).toBe(403);
    expect((await change(token, password, NEW)).status).toBe(204);
    expect(await isIn(token)).toBe(true);
    expect(await isIn(other.access_token)).toBe(false);
    expect(await canLogIn(account.email, password)).toBe(false);
    expect(await canLogIn(account.email, NEW)).toBe(true);
    await mailTo(account.email, { subject: /changed/i });
  });

  it("refuses the same one, a weak one, and one that anybody would guess", async () => {
    const { access_token: token, password } = await newAccount();
    for (const [wanted, code] of [
      [password, "accounts.password_unchanged"],
      ["short", "accounts.weak_password"],
      ["Password1!", "accounts.weak_password"],
      ["Qwerty123!", "accounts.weak_password"],
      ["Letmein1!", "accounts.weak_password"],
    ] as const) {
      const refused = await change(token, password, wanted);
      expect(refused.status, wanted).toBe(422);
      expect((await problemOf(refused)).code, wanted).toBe(code);
    }
  });

  it("lets one of two changes at once win", async () => {
    const { access_token: token, password } = await newAccount();
    const answers = await Promise.all([
      change(token, password, NEW),
      change(token, password, "Third-Harb0ur-45"),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 403]);
  });
});
