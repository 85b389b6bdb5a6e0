import { describe, expect, it } from "vitest";
import { auditOf, newRegistration } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { call } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

const register = async (json: unknown) => await call("/v1/auth/register", { json });
const count = async (sql: string, value: string) =>
  (await testEnv.DB.prepare(sql).bind(value).first<{ n: number }>())?.n;

describe("registering", () => {
  it("makes a user and a desk of their own, of which they are the admin", async () => {
    const registration = newRegistration();
    const answer = await register({ ...registration, full_name: "  Ada Lovelace " });
    expect(answer.status).toBe(201);
    const { desk, user } = await answer.json<{ user: { id: string }; desk: { id: string } }>();
    expect(user).toMatchObject({
      email: registration.email.toLowerCase(),
      username: registration.username,
      full_name: "Ada Lovelace",
      email_verified: false,
    });
    const member = await testEnv.DB.prepare("SELECT role FROM members WHERE desk_id = ? AND user_id = ?")
      .bind(desk.id, user.id)
      .first();
    expect(member).toEqual({ role: "admin" });
    expect(await auditOf(desk.id)).toEqual([{ action: "user.register", target: user.id, actor: user.id }]);
  });

  it("keeps the password as an argon2id hash with OWASP's parameters and a salt of its own", async () => {
    const [first, second] = [newRegistration(), newRegistration()];
    await register(first);
    await register(second);
    const { results } = await testEnv.DB.prepare("SELECT password_hash FROM users WHERE email IN (?, ?)")
      .bind(first.email.toLowerCase(), second.email.toLowerCase())
      .all<{ password_hash: string }>();
    const hashes = results.map(({ password_hash }) => password_hash);
    expect(new Set(hashes).size).toBe(2);
    for (const hash of hashes)
      expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[^$]{22}\$[^$]{43}$/);
  });

  it("refuses an address or a username that is taken, whatever its case", async () => {
    const taken = newRegistration();
    await register(taken);
    const sameAddress = await register({ ...newRegistration(), email: taken.email.toUpperCase() });
    expect(sameAddress.status).toBe(409);
    expect((await problemOf(sameAddress)).code).toBe("accounts.email_taken");
    const sameName = await register({ ...newRegistration(), username: taken.username.toUpperCase() });
    expect(sameName.status).toBe(409);
    expect((await problemOf(sameName)).code).toBe("accounts.username_taken");
  });

  it("lets one of several at once win, and leaves no desk of the others", async () => {
    const registration = newRegistration();
    const answers = await Promise.all([1, 2, 3].map(() => register(registration)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(
      await count("SELECT count(*) AS n FROM users WHERE email = ?", registration.email.toLowerCase()),
    ).toBe(1);
    expect(
      await count("SELECT count(*) AS n FROM desks WHERE name = ?", `${registration.username}'s desk`),
    ).toBe(1);
  });

  it("lets one of two win that ask for the same username under other addresses", async () => {
    const { username } = newRegistration();
    const answers = await Promise.all(
      [username, username.toUpperCase()].map((name) => register({ ...newRegistration(), username: name })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it.each([
    ["role", "super_admin"],
    ["platform_role", "super_admin"],
    ["desk_id", "dsk_019a3b5c7d8e7f00a1b2c3d4e5f60718"],
    ["plan", "enterprise"],
    ["status", "active"],
    ["email_verified_at", 1],
    ["id", "usr_019a3b5c7d8e7f00a1b2c3d4e5f60718"],
  ])("lets nobody choose their %s", async (field, value) => {
    const answer = await register({ ...newRegistration(), [field]: value });
    expect(answer.status).toBe(422);
    expect((await problemOf(answer)).code).toBe("request.invalid");
  });

  it.each([
    ["too short", "Aa1!xyz", "at least 8 characters"],
    ["too long", `Aa1!${"x".repeat(125)}`, "at most 128 characters"],
    ["without a lower-case letter", "QUIET-HARB0UR", "a lower-case letter"],
    ["without an upper-case letter", "quiet-harb0ur", "an upper-case letter"],
    ["without a digit", "Quiet-Harbour", "a digit"],
    ["without a special character", "QuietHarb0ur", "a special character"],
  ])("refuses a password that is %s, and says what it needs", async (_, password, needs) => {
    const answer = await register({ ...newRegistration(), password });
    expect(answer.status).toBe(422);
    const { code, detail, errors } = await problemOf(answer);
    expect(code).toBe("accounts.weak_password");
    expect(detail).toContain(needs);
    expect(errors).toContainEqual({ path: "password", code: "weak_password", message: `needs ${needs}` });
    expect(detail).not.toContain(password);
  });

  it("refuses a password with one's own name in it", async () => {
    const registration = newRegistration();
    const password = `My-${registration.username.toLowerCase()}-Is-1`;
    expect((await register({ ...registration, password })).status).toBe(422);
  });

  it("takes letters of any script and a long passphrase", async () => {
    const password = "Schöne Grüße aus Łódź, 7 Mal. Ещё раз!";
    const registration = { ...newRegistration(), password };
    expect((await register(registration)).status).toBe(201);
    const login = await call("/v1/auth/login", { json: { email: registration.email, password } });
    expect(login.status).toBe(200);
  });

  it.each([
    ["an address that is none", { email: "ada@" }],
    ["an address with a line break", { email: "ada@desk.test\r\nBcc: all@desk.test" }],
    ["a username that could be an address", { username: "ada@desk.test" }],
    ["a username that is a path", { username: "../ada" }],
    ["a username of two letters", { username: "ab" }],
    ["a password that is no text", { password: 12_345_678 }],
  ])("refuses %s", async (_, wrong) => {
    expect((await register({ ...newRegistration(), ...wrong })).status).toBe(422);
  });
});
