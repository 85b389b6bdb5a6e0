import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { changeBehind } from "../support/accounts.ts";
import { problemOf } from "../support/answers.ts";
import { type Account, call, newAccount } from "../support/desk.ts";
import { insertKey } from "../support/keys.ts";

const env = { RATE_LIMIT_SCALE: "1" };
const HOUR_MS = 3_600_000;

let account: Account;
let last_address = 0;
const newAddress = () => {
  last_address += 1;
  return `192.0.2.${last_address}`;
};

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 60_000 });
});
beforeEach(async () => {
  account = await newAccount();
});
afterAll(() => {
  vi.useRealTimers();
});

interface From {
  address: string;
  token?: string;
  key?: string;
  scale?: string;
}

const ask = async (method: string, path: string, { address, key, scale, token }: From) =>
  await call(path, {
    method,
    env: scale === undefined ? env : { RATE_LIMIT_SCALE: scale },
    headers: { "cf-connecting-ip": address, ...(key === undefined ? {} : { "x-api-key": key }) },
    ...(token === undefined ? {} : { token }),
  });

const policiesOf = async (method: string, path: string, from: From) =>
  (await ask(method, path, from)).headers.get("ratelimit-policy");

describe("the figures of the product", () => {
  const HOURLY: [string, string, string][] = [
    ["GET", "/v1/me", '"general";q=1000;w=3600'],
    ["GET", "/v1/research", '"general";q=1000;w=3600'],
    ["GET", "/v1/optimizations/none", '"general";q=1000;w=3600'],
    ["POST", "/v1/auth/refresh", '"general";q=1000;w=3600'],
    ["POST", "/v1/research", '"research";q=500;w=3600, "research_address";q=100;w=3600'],
    ["POST", "/v1/discoveries", '"discovery";q=1000;w=3600, "discovery_address";q=200;w=3600'],
    ["POST", "/v1/batches", '"batch";q=50;w=3600, "batch_address";q=10;w=3600'],
    ["POST", "/v1/batches/bat_1/retry-failed", '"batch";q=50;w=3600, "batch_address";q=10;w=3600'],
    ["POST", "/v1/batches/bat_1/pause", '"general";q=1000;w=3600'],
    ["POST", "/v1/datasets", '"data";q=1000;w=3600'],
    ["GET", "/v1/datasets/dst_1/bars", '"data";q=1000;w=3600'],
    ["POST", "/v1/exports/pine-script", '"exports";q=50;w=3600'],
    ["GET", "/v1/search/export", '"exports";q=50;w=3600'],
    ["POST", "/v1/desks/dsk_1/invitations", '"mails";q=50;w=3600'],
    ["PATCH", "/v1/me", '"mails";q=50;w=3600'],
    ["GET", "/v1/me/export", '"exports";q=50;w=3600'],
    ["GET", "/downloads/none", '"downloads";q=1000;w=3600'],
    ["POST", "/v1/auth/login", '"login";q=10;w=900'],
    ["POST", "/v1/auth/register", '"register";q=10;w=900'],
    ["POST", "/v1/auth/email/verify", '"email_verify";q=10;w=900'],
    ["POST", "/v1/auth/email/resend", '"email_resend";q=10;w=900'],
    ["POST", "/v1/auth/password/forgot", '"password_forgot";q=10;w=900'],
    ["POST", "/v1/auth/password/reset", '"password_reset";q=10;w=900'],
    ["POST", "/v1/auth/mfa/verify", '"mfa_verify";q=10;w=900'],
  ];

  it.each(HOURLY)("%s %s: are told by its headers", async (method, path, told) => {
    const from = { address: newAddress(), token: account.access_token };
    expect(await policiesOf(method, path, from)).toBe(told);
  });

  it("limit optimisations on the free plan alone", async () => {
    const from = { address: newAddress(), token: account.access_token };
    expect(await policiesOf("POST", "/v1/optimizations", from)).toBe('"general";q=1000;w=3600');
    await changeBehind([account.desk_id], "UPDATE desks SET plan = 'free' WHERE id = ?", account.desk_id);
    expect(await policiesOf("POST", "/v1/optimizations", from)).toMatch(/^"optimization";q=10;w=3600,/);
  });
});

describe("layers", () => {
  it("count an address for all of its users, and a user at all addresses", async () => {
    const scale = "0.1"; // five batches of a user and one of an address
    const [here, other] = [newAddress(), await newAccount()];
    const start = (address: string, { access_token: token }: Account) =>
      ask("POST", "/v1/batches", { address, token, scale });
    expect((await start(here, account)).status).not.toBe(429);
    const crowded = await start(here, other);
    expect(crowded.status).toBe(429);
    expect(await problemOf(crowded)).toMatchObject({ "violated-policies": ["batch_address"] });
    expect(crowded.headers.get("ratelimit")).toBe('"batch";r=4;t=3540, "batch_address";r=0;t=3540');
    for (let n = 0; n < 4; n += 1) expect((await start(newAddress(), account)).status).not.toBe(429);
    const busy = await start(newAddress(), account);
    expect(await problemOf(busy)).toMatchObject({ "violated-policies": ["batch"] });
  });

  it("are each told, and the tightest of them by the older headers", async () => {
    const from = { address: newAddress(), token: account.access_token };
    const { headers } = await ask("POST", "/v1/research", from);
    expect(headers.get("ratelimit")).toBe('"research";r=499;t=3540, "research_address";r=99;t=3540');
    expect(headers.get("x-ratelimit-limit")).toBe("100");
    expect(headers.get("x-ratelimit-remaining")).toBe("99");
    expect(headers.get("x-ratelimit-reset")).toBe("3540");
  });

  it("count a stranger by address alone", async () => {
    expect(await policiesOf("POST", "/v1/research", { address: newAddress() })).toBe(
      '"research_address";q=100;w=3600',
    );
  });

  it("leave a user's general calls alone when their category is used up", async () => {
    const from = { address: newAddress(), token: account.access_token, scale: "0.1" };
    expect((await ask("POST", "/v1/batches", from)).status).not.toBe(429);
    expect((await ask("POST", "/v1/batches", from)).status).toBe(429);
    expect((await ask("GET", "/v1/me", from)).status).toBe(200);
  });
});

describe("an API key", () => {
  it("counts for itself instead of its user", async () => {
    const scale = "0.002"; // two general calls
    const [one, other] = [await insertKey(account), await insertKey(account)];
    const address = newAddress();
    const statuses = async (from: Partial<From>) => {
      const told: number[] = [];
      for (let n = 0; n < 3; n += 1)
        told.push((await ask("GET", "/v1/me", { address, scale, ...from })).status);
      return told;
    };
    expect(await statuses({ key: one.secret })).toEqual([200, 200, 429]);
    expect(await statuses({ key: other.secret })).toEqual([200, 200, 429]);
    expect(await statuses({ token: account.access_token })).toEqual([200, 200, 429]);
  });

  it("widens its limits by its multiplier, in every layer", async () => {
    const { secret: key } = await insertKey(account, { rate_multiplier: 10 });
    const address = newAddress();
    expect(await policiesOf("GET", "/v1/me", { address, key })).toBe('"general";q=10000;w=3600');
    expect(await policiesOf("POST", "/v1/research", { address, key })).toBe(
      '"research";q=5000;w=3600, "research_address";q=1000;w=3600',
    );
    expect(await policiesOf("POST", "/v1/auth/password/forgot", { address, key })).toBe(
      '"password_forgot";q=10;w=900',
    );
  });

  it("has no larger multiplier than the desk's present plan gives", async () => {
    const { secret: key } = await insertKey(account, { rate_multiplier: 10 });
    const address = newAddress();
    for (const [plan, limit] of [
      ["pro", 5_000],
      ["starter", 2_000],
      ["free", 1_000],
    ]) {
      await changeBehind([account.desk_id], "UPDATE desks SET plan = ? WHERE id = ?", plan, account.desk_id);
      expect(await policiesOf("GET", "/v1/me", { address, key })).toMatch(`"general";q=${limit};`);
    }
  });
});
