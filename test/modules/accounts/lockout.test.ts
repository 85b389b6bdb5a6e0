import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { logIn } from "../../support/accounts.ts";
import { problemOf, whatItTells } from "../../support/answers.ts";
import { type Account, type Call, call, newAccount } from "../../support/desk.ts";

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});
beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
});
afterEach(() => {
  vi.setSystemTime(Date.now());
});

const from = (address: string): Call => ({ headers: { "cf-connecting-ip": address } });
const guess = async (json: object, call_: Call = {}): Promise<Response> =>
  await call("/v1/auth/login", { json: { password: "Wrong-Harb0ur-42", ...json }, ...call_ });
const statusesOf = async (answers: Promise<Response>[]): Promise<number[]> =>
  (await Promise.all(answers)).map(({ status }) => status).sort();
const times = <T>(count: number, work: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => work(n));
const stranger = (n: number) => from(`203.0.113.${n}`);
const right = (): object => ({ email: account.email, password: account.password });
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const waitOf = (answer: Response) => Number(answer.headers.get("retry-after"));

describe("a login flood on one account from many addresses", () => {
  it("gets ten guesses, however many come at once", async () => {
    const answers = times(40, (n) => guess({ email: account.email }, stranger(n)));
    expect(await statusesOf(answers)).toEqual([...Array(10).fill(401), ...Array(30).fill(429)]);
  });

  it("waits longer after each further guess, a quarter of an hour at most, and never for ever", async () => {
    for (let n = 0; n < 10; n += 1) await guess({ email: account.email }, stranger(n));
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const refused = await guess({ email: account.email }, stranger(n));
      expect(refused.status).toBe(429);
      expect((await problemOf(refused)).code).toBe("auth.locked");
      waits.push(waitOf(refused));
      pass(waitOf(refused));
      expect((await guess({ email: account.email }, stranger(n))).status).toBe(401);
    }
    expect(waits).toEqual([30, 60, 120, 240, 480, 900, 900, 900]);
    pass(900);
    expect((await guess(right(), stranger(1))).status).toBe(200);
  });

  it("holds for the right password and under every name of the account", async () => {
    for (let n = 0; n < 10; n += 1)
      await guess(
        n % 2 ? { email: account.email.toUpperCase() } : { username: account.username },
        stranger(n),
      );
    for (const name of [{ email: account.email }, { username: account.username.toUpperCase() }]) {
      expect((await guess({ ...name, password: account.password }, stranger(50))).status).toBe(429);
    }
  });

  it("does not lock the owner out where they have logged in from before", async () => {
    const home = from("198.51.100.20");
    expect((await guess(right(), home)).status).toBe(200);
    for (let n = 0; n < 12; n += 1) await guess({ email: account.email }, stranger(n));
    expect((await guess(right(), stranger(99))).status).toBe(429);
    expect((await guess(right(), home)).status).toBe(200);
    expect((await guess(right(), from("198.51.100.21"))).status).toBe(429);
  });

  it("is forgiven by a success, so that a slip now and then adds up to nothing", async () => {
    const home = from("198.51.100.30");
    for (let round = 0; round < 3; round += 1) {
      for (let n = 0; n < 9; n += 1) expect((await guess({ email: account.email }, home)).status).toBe(401);
      expect((await guess(right(), home)).status).toBe(200);
    }
  });

  it("tells nobody whether the account is there: an unknown one locks after as many, with the same answer", async () => {
    const unknown = `nobody-${crypto.randomUUID()}@desk.test`;
    const told = async (email: string) => {
      for (let n = 0; n < 10; n += 1) await guess({ email }, stranger(n));
      return await whatItTells(await guess({ email }, stranger(77)), ["bourse-cost"]);
    };
    expect(await told(unknown)).toEqual(await told(account.email));
  });
});

describe("a login flood from one address", () => {
  const env = { RATE_LIMIT_SCALE: "1" };
  const address = (): Call => ({ ...from(`192.0.2.${Math.ceil(Math.random() * 250)}`), env });

  it("on many accounts gets ten guesses, and is then locked for every account", async () => {
    const at = address();
    const answers = times(25, (n) => guess({ email: `someone-${n}@desk.test` }, at));
    expect(await statusesOf(answers)).toEqual([...Array(10).fill(401), ...Array(15).fill(429)]);
    expect((await guess(right(), at)).status).toBe(429);
    expect((await guess(right(), address())).status, "and nowhere else").toBe(200);
  });

  it("costs the accounts nothing once it is locked", async () => {
    const at = { ...from("192.0.2.251"), env: { RATE_LIMIT_SCALE: "1" } };
    for (let n = 0; n < 10; n += 1) await guess({ email: `other-${n}@desk.test` }, at);
    for (let n = 0; n < 15; n += 1) expect((await guess({ email: account.email }, at)).status).toBe(429);
    expect((await guess(right(), stranger(3))).status).toBe(200);
  });

  it("is not bought back by log-ins to an account of the guesser's own", async () => {
    const at = { ...from("192.0.2.252"), env: { RATE_LIMIT_SCALE: "1000" } };
    const strict = { ...at, env: { RATE_LIMIT_SCALE: "1" } };
    for (let n = 0; n < 9; n += 1) {
      await guess({ email: `another-${n}@desk.test` }, at);
      expect((await guess(right(), at)).status).toBe(200);
    }
    await guess({ email: "last@desk.test" }, at);
    await guess({ email: "beyond@desk.test" }, strict);
    expect((await guess(right(), strict)).status).toBe(429);
  });
});

describe("the other ways in", () => {
  it("a made-up refresh token, many times, locks its network for such tokens and for nothing else", async () => {
    const at = { ...from("192.0.2.253"), env: { RATE_LIMIT_SCALE: "1" } };
    const forged = `${account.refresh_token.slice(0, -4)}AAAA`;
    const refresh = (refresh_token: string) => call("/v1/auth/refresh", { json: { refresh_token }, ...at });
    for (let n = 0; n < 10; n += 1) expect((await refresh(forged)).status).toBe(401);
    expect((await refresh(forged)).status).toBe(429);
    expect((await guess(right(), at)).status).toBe(200);
    expect((await refresh(account.refresh_token)).status).toBe(200);
    pass(60);
    expect((await refresh(forged)).status).toBe(401);
  });

  it("a wrong password at changing it or at proving oneself counts with those of the log-in", async () => {
    const { access_token: token } = await logIn(account);
    const home = from("127.0.0.1");
    const change = () =>
      call("/v1/auth/password/change", {
        token,
        json: { current_password: "Wrong-Harb0ur-42", new_password: "Loud-Harb0ur-43" },
        ...home,
      });
    const prove = () =>
      call("/v1/auth/mfa/verify", { token, json: { password: "Wrong-Harb0ur-42" }, ...home });
    for (let n = 0; n < 5; n += 1) {
      expect((await change()).status).toBe(403);
      expect((await prove()).status).toBe(403);
    }
    expect((await change()).status).toBe(429);
    expect((await prove()).status).toBe(429);
    expect((await guess(right(), home)).status).toBe(429);
  });
});
