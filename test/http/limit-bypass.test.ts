import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { call, newAccount } from "../support/desk.ts";

/** Ten general calls an hour, and one log-in in a quarter of it. */
const env = { RATE_LIMIT_SCALE: "0.01" };
const HOUR_MS = 3_600_000;

beforeAll(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + 60_000 });
});
afterAll(() => {
  vi.useRealTimers();
});

const guess = async (address: string, token?: string) =>
  (
    await call("/v1/auth/login", {
      env,
      json: { email: "victim@desk.test", password: "Wrong-guess-1" },
      headers: { "cf-connecting-ip": address },
      ...(token === undefined ? {} : { token }),
    })
  ).status;

it("counts log-ins by address, whoever's token comes with them", async () => {
  const tokens = [(await newAccount()).access_token, (await newAccount()).access_token];
  expect(await guess("203.0.113.9")).toBe(401);
  expect(await guess("203.0.113.9")).toBe(429);
  for (const token of tokens) expect(await guess("203.0.113.9", token)).toBe(429);
});

it("counts the addresses of one IPv6 network as one", async () => {
  expect(await guess("2001:db8:0:7::1")).toBe(401);
  expect(await guess("2001:db8::7:a:b:c:d")).toBe(429);
  expect(await guess("2001:db8:0:8::1")).toBe(401);
});

it("counts sockets that are opened, with a credential and without", async () => {
  const { access_token: token } = await newAccount();
  const open = async (headers: Record<string, string>) =>
    (await call("/v1/jobs/none/socket", { env, headers: { upgrade: "websocket", ...headers } })).status;
  const own = { authorization: `Bearer ${token}` };
  for (let n = 0; n < 10; n += 1) expect(await open(own)).toBe(101);
  expect(await open(own)).toBe(429);
  const stranger = {
    "cf-connecting-ip": "203.0.113.77",
    "sec-websocket-protocol": "bourse.v1, ticket.guess",
  };
  for (let n = 0; n < 10; n += 1) expect(await open(stranger)).toBe(101);
  expect(await open(stranger)).toBe(429);
});
