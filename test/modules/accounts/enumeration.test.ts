import Argon2 from "@phi-ag/argon2";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { whatItTells } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";

const SAMPLES = 200;
const argon2 = [vi.spyOn(Argon2.prototype, "hash"), vi.spyOn(Argon2.prototype, "tryVerify")];
const hashes = () => argon2.reduce((sum, { mock }) => sum + mock.calls.length, 0);

/** What a request did, counted: hashes computed, statements sent to D1 and messages to queues. */
async function workOf(path: string, json: object, n: number) {
  const before = hashes();
  // Each from a network of its own, so that only the account could tell.
  const headers = { "cf-connecting-ip": `2001:db8:${n.toString(16)}::1` };
  const answer = await call(path, { json, headers });
  const cost = answer.headers.get("bourse-cost") ?? "";
  const count = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(cost)?.[1] ?? 0);
  const told = await whatItTells(answer, ["bourse-cost"]);
  const work = {
    hashes: hashes() - before,
    queries: count("d1_queries"),
    messages: count("queue_sends"),
    objects: count("durable_object_calls"),
  };
  return JSON.stringify({ told, work });
}

let accounts: Account[];
beforeAll(async () => {
  accounts = [await newAccount(), await newAccount(), await newAccount()];
  // Addresses that wait for their verification, as resend needs them.
  await testEnv.DB.prepare("UPDATE users SET email_verified_at = NULL WHERE id = ?")
    .bind(accounts[2]?.user_id)
    .run();
});

const known = (n: number) => accounts[n % accounts.length]?.email ?? "";
const unknown = (n: number) => `nobody-${n}@desk.test`;

describe(`${SAMPLES} samples of known and of unknown accounts`, () => {
  it.each([
    ["/v1/auth/login", (email: string) => ({ email, password: "Wrong-Harb0ur-42" })],
    ["/v1/auth/password/forgot", (email: string) => ({ email })],
    ["/v1/auth/email/resend", (email: string) => ({ email })],
  ])(
    "%s: get one and the same answer for one and the same work",
    async (path, bodyOf) => {
      const seen = new Set<string>();
      for (let n = 0; n < SAMPLES; n += 1) {
        // A lock is the same for both, and tested for itself; here it would hide all that comes after it.
        if (n % 10 === 0) await testEnv.DB.prepare("DELETE FROM login_guards").run();
        seen.add(await workOf(path, bodyOf(known(n)), 2 * n));
        seen.add(await workOf(path, bodyOf(unknown(n)), 2 * n + 1));
      }
      expect([...seen]).toHaveLength(1);
    },
    120_000,
  );
});
