import Argon2 from "@phi-ag/argon2";
import wasm from "@phi-ag/argon2/argon2.wasm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  hashPassword,
  needsRehash,
  refuseCostly,
  verifyPassword,
} from "../../../src/modules/accounts/password.ts";
import { isIn, logIn } from "../../support/accounts.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { sources } from "../../support/sources.ts";

const TODAY = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/;

let argon2: Argon2;
beforeAll(async () => {
  argon2 = new Argon2(await WebAssembly.instantiate(wasm));
});
let account: Account;
beforeEach(async () => {
  account = await newAccount();
});

/** A true hash of the password as an earlier deployment may have made it. */
function hashOf(password: string, { memoryCost = 19_456, timeCost = 2, type = 2 } = {}): string {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  return argon2.hash(password, { salt, type, hashLength: 32, memoryCost, timeCost, parallelism: 1 }).encoded;
}
const WEAKER = { memoryCost: 8_192, timeCost: 1 };

async function stored(of = account): Promise<string> {
  const row = await testEnv.DB.prepare("SELECT password_hash FROM users WHERE id = ?")
    .bind(of.user_id)
    .first<{ password_hash: string }>();
  return row?.password_hash ?? "";
}
async function store(hash: string): Promise<string> {
  const sql = "UPDATE users SET password_hash = ? WHERE id = ?";
  await testEnv.DB.prepare(sql).bind(hash, account.user_id).run();
  return hash;
}
const tryWith = async (password: string) =>
  (await call("/v1/auth/login", { json: { email: account.email, password } })).status;

describe("a password's hash", () => {
  it("is argon2id with today's parameters and a salt of its own", async () => {
    const hashes = [await hashPassword(account.password), await hashPassword(account.password)];
    for (const hash of hashes) {
      expect(hash).toMatch(TODAY);
      expect(needsRehash(hash)).toBe(false);
      expect(await verifyPassword(account.password, hash)).toBe(true);
      expect(await verifyPassword("Wrong-Harb0ur-42", hash)).toBe(false);
    }
    expect(hashes[0]).not.toBe(hashes[1]);
    expect(await stored()).toMatch(TODAY);
  });

  it.each<[string, object]>([
    ["less memory and fewer passes", WEAKER],
    ["less memory", { memoryCost: 8_192 }],
    ["more passes", { timeCost: 3 }],
    ["more memory than today's, yet within the limits", { memoryCost: 32_768 }],
  ])("made with %s is replaced by a log-in that succeeds, and still fits", async (_, parameters) => {
    const old = await store(hashOf(account.password, parameters));
    expect(needsRehash(old)).toBe(true);
    const { access_token } = await logIn(account);
    const renewed = await stored();
    expect(renewed).toMatch(TODAY);
    expect(renewed).not.toBe(old);
    expect(await isIn(access_token), "nobody is signed out by it").toBe(true);
    expect(await isIn(account.access_token)).toBe(true);
    expect([await tryWith(account.password), await stored()]).toEqual([200, renewed]);
  });

  it("made with other parameters is not replaced by a log-in that fails", async () => {
    const old = await store(hashOf(account.password, WEAKER));
    expect(await tryWith("Wrong-Harb0ur-42")).toBe(401);
    expect(await stored()).toBe(old);
  });

  it("made with other parameters is not replaced for somebody who is deactivated", async () => {
    const old = await store(hashOf(account.password, WEAKER));
    const sql = "UPDATE users SET status = 'deactivated' WHERE id = ?";
    await testEnv.DB.prepare(sql).bind(account.user_id).run();
    expect(await tryWith(account.password)).toBe(401);
    expect(await stored()).toBe(old);
  });

  it("of today's parameters is left as it is", async () => {
    const before = await stored();
    await logIn(account);
    expect(await stored()).toBe(before);
  });

  it("that is none in our form fits no password, not even its own text", async () => {
    const argon2i = hashOf(account.password, { type: 1 });
    for (const odd of ["", "-", account.password, "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", argon2i]) {
      expect(await verifyPassword(account.password, odd), odd).toBe(false);
      expect(await verifyPassword(odd, odd), odd).toBe(false);
    }
    expect(await verifyPassword(account.password, undefined)).toBe(false);
  });
});

describe("a hash that asks for more than production allows", () => {
  const tooMuch = [
    { memoryCost: 47_105, timeCost: 1, parallelism: 1 },
    { memoryCost: 19_456, timeCost: 5, parallelism: 1 },
    { memoryCost: 19_456, timeCost: 2, parallelism: 2 },
    { memoryCost: 4_194_304, timeCost: 2, parallelism: 1 },
  ];

  it("is refused before it is made, and what is at the limit is not", () => {
    for (const cost of tooMuch) expect(() => refuseCostly(cost)).toThrow(/exceeds production's limits/);
    expect(() => refuseCostly({ memoryCost: 47_104, timeCost: 4, parallelism: 1 })).not.toThrow();
  });

  it("is refused where it comes from a stored string, before any of its work is done", async () => {
    const [, salt, hash] = /\$([^$]+)\$([^$]+)$/.exec(await stored()) ?? [];
    for (const { memoryCost: m, parallelism: p, timeCost: t } of tooMuch) {
      const encoded = `$argon2id$v=19$m=${m},t=${t},p=${p}$${salt}$${hash}`;
      await expect(verifyPassword(account.password, encoded)).rejects.toThrow(/exceeds production's limits/);
    }
  });

  it("fails a log-in with an answer that tells nothing of it", async () => {
    await store((await stored()).replace("m=19456", "m=65536"));
    const answer = await call("/v1/auth/login", {
      json: { email: account.email, password: account.password },
    });
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toMatch(/argon|65536|hash/i);
  });
});

describe("the product", () => {
  it("hashes no password by what production caps or would have to compile", () => {
    const forbidden = /pbkdf2|scrypt|bcrypt/i;
    const files = Object.entries(sources);
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter(([, text]) => forbidden.test(text)).map(([path]) => path)).toEqual([]);
    const hashing = files.filter(([, text]) => /argon2(\.wasm|")/.test(text)).map(([path]) => path);
    expect(hashing).toEqual(["modules/accounts/password.ts"]);
  });
});
