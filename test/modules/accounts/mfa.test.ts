import { afterEach, describe, expect, it, vi } from "vitest";
import { hasSecondFactor, takeCode } from "../../../src/modules/accounts/second-factor.ts";
import type { UserId } from "../../../src/platform/ids.ts";
import { auditOf, changeBehind, isIn, logIn } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { codeOf, enroll, mfa, withFactor } from "../../support/mfa.ts";
import { testPlatform } from "../../support/platform.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const take = async ({ user_id }: Account, code: string) =>
  await takeCode(testPlatform(), user_id as UserId, code);
const isOn = async ({ user_id }: Account) => await hasSecondFactor(testPlatform(), user_id as UserId);
const trues = (of: boolean[]) => of.filter(Boolean).length;

async function rowsOf(table: "mfa_factors" | "recovery_codes", { user_id }: Account) {
  const query = testEnv.DB.prepare(`SELECT * FROM ${table} WHERE user_id = ?`).bind(user_id);
  return (await query.all<Record<string, unknown>>()).results;
}

async function mailsTo({ email }: Account) {
  const query = testEnv.DB.prepare("SELECT content FROM mails WHERE recipient = ? ORDER BY id").bind(email);
  const { results } = await query.all<{ content: string }>();
  const templates: string[] = results.map(({ content }) => JSON.parse(content).template);
  return templates.filter((template) => template !== "verify_email");
}

const actionsOf = async ({ desk_id }: Account) =>
  (await auditOf(desk_id)).map(({ action }) => action).filter((action) => action.startsWith("mfa."));

const longSinceProven = async ({ user_id }: Account) =>
  await changeBehind([user_id], "UPDATE sessions SET proved_at = 0 WHERE user_id = ?", user_id);

/** Stands still at the beginning of a step, so that no code changes while a test runs. */
function stopTime(): void {
  vi.useFakeTimers({ now: Math.ceil(Date.now() / 30_000) * 30_000, toFake: ["Date"] });
}

describe("enrolling", () => {
  it("counts for nothing until a code of the factor has come back", async () => {
    const account = await newAccount();
    const { secret } = await enroll(account);
    expect(await isOn(account)).toBe(false);
    expect(await take(account, codeOf(secret))).toBe(false);
  });

  it("again replaces the factor that waits: only the newest secret's code turns it on", async () => {
    const account = await newAccount();
    const first = await enroll(account);
    const second = await enroll(account);
    expect(second.secret).not.toBe(first.secret);
    const refused = await mfa("activate", account, codeOf(first.secret));
    expect([refused.status, (await problemOf(refused)).code]).toEqual([422, "auth.wrong_code"]);
    expect((await mfa("activate", account, codeOf(second.secret))).status).toBe(200);
  });

  it("never replaces a factor that is on", async () => {
    const account = await newAccount();
    await withFactor(account);
    const before = await rowsOf("mfa_factors", account);
    const answer = await mfa("enroll", account);
    expect([answer.status, (await problemOf(answer)).code]).toEqual([409, "accounts.mfa_active"]);
    expect(await rowsOf("mfa_factors", account)).toEqual(before);
  });

  it("needs a recent proof, as disabling does", async () => {
    const [fresh, on] = [await newAccount(), await newAccount()];
    const { recovery_codes } = await withFactor(on);
    await longSinceProven(fresh);
    await longSinceProven(on);
    for (const answer of [await mfa("enroll", fresh), await mfa("disable", on, recovery_codes[0])]) {
      expect([answer.status, (await problemOf(answer)).code]).toEqual([403, "access.proof_needed"]);
    }
    expect(await isOn(on)).toBe(true);
  });
});

describe("turning it on", () => {
  it("ends all other sessions, proves this one, and tells by mail and audit", async () => {
    const account = await newAccount();
    const other = await logIn(account);
    const { secret } = await enroll(account);
    await longSinceProven(account);
    expect((await mfa("activate", account, codeOf(secret))).status).toBe(200);
    expect(await isOn(account)).toBe(true);
    expect(await isIn(account.access_token)).toBe(true);
    expect(await isIn(other.access_token)).toBe(false);
    expect((await call("/v1/auth/refresh", { json: { refresh_token: other.refresh_token } })).status).toBe(
      401,
    );
    const after = await mfa("enroll", account);
    expect((await problemOf(after)).code, "the proof is recent again").toBe("accounts.mfa_active");
    expect(await mailsTo(account)).toEqual(["mfa_enabled"]);
    expect(await actionsOf(account)).toEqual(["mfa.enroll", "mfa.activate"]);
  });

  it("by a wrong code ends nothing and tells nobody", async () => {
    const account = await newAccount();
    const other = await logIn(account);
    const { secret } = await enroll(account);
    for (const code of [codeOf(secret, 3), codeOf(secret, -3), "abcdef", "7K2M-9QXA-4TBD-0HWE"]) {
      expect((await mfa("activate", account, code)).status, code).toBe(422);
    }
    expect(await isOn(account)).toBe(false);
    expect(await isIn(other.access_token)).toBe(true);
    expect(await mailsTo(account)).toEqual([]);
  });

  it("happens once of many at the same moment, with one set of recovery codes", async () => {
    const account = await newAccount();
    const { secret } = await enroll(account);
    const answers = await Promise.all([1, 2, 3, 4].map(() => mfa("activate", account, codeOf(secret))));
    expect(trues(answers.map(({ status }) => status === 200))).toBe(1);
    expect(await rowsOf("recovery_codes", account)).toHaveLength(10);
    expect(await mailsTo(account)).toEqual(["mfa_enabled"]);
  });

  it("uses up the code that did it", async () => {
    stopTime();
    const account = await newAccount();
    const { secret } = await enroll(account);
    await mfa("activate", account, codeOf(secret));
    expect(await take(account, codeOf(secret))).toBe(false);
    expect(await take(account, codeOf(secret, 1))).toBe(true);
  });

  it("is refused where nothing was enrolled, and turning off where nothing is on", async () => {
    const account = await newAccount();
    const codes: string[] = [];
    for (const verb of ["activate", "disable", "recovery-codes"]) {
      const answer = await mfa(verb, account, "123456");
      expect(answer.status, verb).toBe(409);
      codes.push((await problemOf(answer)).code);
    }
    expect(codes).toEqual(["accounts.mfa_not_enrolled", "accounts.mfa_inactive", "accounts.mfa_inactive"]);
  });
});

describe("a code of the app", () => {
  it("is taken once, also by calls at the same moment", async () => {
    stopTime();
    const account = await newAccount();
    const { secret } = await withFactor(account);
    const taken = await Promise.all([1, 2, 3, 4, 5].map(() => take(account, codeOf(secret))));
    expect(trues(taken)).toBe(1);
    expect(await take(account, codeOf(secret))).toBe(false);
  });

  it("is taken from the neighbour steps and no further, and never from a step before one that was taken", async () => {
    stopTime();
    const account = await newAccount();
    const { secret } = await withFactor(account);
    expect(await take(account, codeOf(secret, 2))).toBe(false);
    expect(await take(account, codeOf(secret, 1))).toBe(true);
    expect(await take(account, codeOf(secret)), "older than the one just taken").toBe(false);
    vi.setSystemTime(Date.now() + 90_000);
    expect(await take(account, codeOf(secret, -1))).toBe(true);
    expect(await take(account, ` ${codeOf(secret).replace(/...$/, " $&")} `), "as it is often read").toBe(
      true,
    );
  });

  it("of one account is none of another's", async () => {
    const [ours, theirs] = [await newAccount(), await newAccount()];
    const { secret } = await withFactor(ours);
    await withFactor(theirs);
    expect(await take(theirs, codeOf(secret))).toBe(false);
    expect(await take(ours, codeOf(secret))).toBe(true);
  });
});

describe("a recovery code", () => {
  it("is taken once, also by calls at the same moment, in any spelling", async () => {
    const account = await newAccount();
    const { recovery_codes } = await withFactor(account);
    const [first = "", second = ""] = recovery_codes;
    expect(trues(await Promise.all([1, 2, 3, 4].map(() => take(account, first))))).toBe(1);
    expect(await take(account, first)).toBe(false);
    expect(await take(account, second.toLowerCase().replaceAll("-", " "))).toBe(true);
    expect(await rowsOf("recovery_codes", account)).toHaveLength(8);
  });

  it("of one account is none of another's", async () => {
    const [ours, theirs] = [await newAccount(), await newAccount()];
    const { recovery_codes } = await withFactor(ours);
    await withFactor(theirs);
    expect(await take(theirs, recovery_codes[0] ?? "")).toBe(false);
  });

  it("dies when new ones are asked for, for a code that is then used up", async () => {
    const account = await newAccount();
    const { recovery_codes: old, secret } = await withFactor(account);
    const code = codeOf(secret);
    const answer = await mfa("recovery-codes", account, code);
    expect(answer.status).toBe(200);
    const { recovery_codes } = await answer.json<{ recovery_codes: string[] }>();
    expect(new Set([...recovery_codes, ...old]).size).toBe(20);
    for (const each of old) expect(await take(account, each)).toBe(false);
    expect((await mfa("recovery-codes", account, code)).status).toBe(422);
    for (const each of recovery_codes) expect(await take(account, each)).toBe(true);
    expect(await actionsOf(account)).toEqual(["mfa.enroll", "mfa.activate", "mfa.renew_recovery_codes"]);
  });

  it("renews the set also when it was the last one", async () => {
    const account = await newAccount();
    const { recovery_codes } = await withFactor(account);
    for (const each of recovery_codes.slice(1)) expect(await take(account, each)).toBe(true);
    expect((await mfa("recovery-codes", account, recovery_codes[0])).status).toBe(200);
    expect(await rowsOf("recovery_codes", account)).toHaveLength(10);
  });
});

describe("turning it off", () => {
  it.each(["a code of the app", "a recovery code"])("takes %s, and leaves nothing behind", async (which) => {
    const account = await newAccount();
    const { recovery_codes, secret } = await withFactor(account);
    const code = which === "a recovery code" ? (recovery_codes[0] ?? "") : codeOf(secret);
    expect((await mfa("disable", account, "000000")).status).toBe(422);
    expect(await isOn(account)).toBe(true);
    expect((await mfa("disable", account, code)).status).toBe(204);
    expect(await isOn(account)).toBe(false);
    expect(await rowsOf("mfa_factors", account)).toEqual([]);
    expect(await rowsOf("recovery_codes", account)).toEqual([]);
    expect(await take(account, recovery_codes[1] ?? "")).toBe(false);
    expect(await mailsTo(account)).toEqual(["mfa_enabled", "mfa_disabled"]);
    expect((await actionsOf(account)).at(-1)).toBe("mfa.disable");
  });
});

describe("the secrets of a factor", () => {
  it("are encrypted or hashed at rest, and a row moved to another user opens nothing", async () => {
    const [account, thief] = [await newAccount(), await newAccount()];
    const { recovery_codes, secret } = await withFactor(account);
    const kept = JSON.stringify([
      await rowsOf("mfa_factors", account),
      await rowsOf("recovery_codes", account),
    ]);
    expect(kept).not.toContain(secret);
    for (const code of recovery_codes) expect(kept).not.toContain(code.replaceAll("-", ""));
    await withFactor(thief);
    await testEnv.DB.prepare(
      "UPDATE mfa_factors SET secret = (SELECT secret FROM mfa_factors WHERE user_id = ?1) WHERE user_id = ?2",
    )
      .bind(account.user_id, thief.user_id)
      .run();
    await expect(take(thief, codeOf(secret))).rejects.toThrow();
  });

  it("are in no line of the log and in no other answer", async () => {
    const lines: string[] = [];
    for (const name of ["log", "info", "warn", "error", "debug"] as const) {
      vi.spyOn(console, name).mockImplementation((...args: unknown[]) => void lines.push(args.join(" ")));
    }
    const account = await newAccount();
    const { recovery_codes, secret } = await withFactor(account);
    const told = [await mfa("activate", account, "123456"), await mfa("recovery-codes", account, "123456")];
    const code = codeOf(secret);
    told.push(await mfa("disable", account, code), await call("/v1/me", { token: account.access_token }));
    const all = [...lines, ...(await Promise.all(told.map((answer) => answer.text())))].join("\n");
    expect(all).toContain('"path":"/v1/auth/mfa/disable"');
    for (const each of [secret, code, ...recovery_codes]) expect(all).not.toContain(each);
  });
});
