import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { auditOf } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { ageFile, ITEMS, newFile, newLink, textOf } from "../../support/files.ts";

const HOUR_MS = 3_600_000;

let account: Account;
let token: string;
beforeAll(async () => {
  account = await newAccount();
  token = account.access_token;
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

let id: string;
beforeEach(async () => {
  id = (await newFile(token)).id;
});

const told = async (path: string) => {
  const answer = await call(path);
  return [answer.status, answer.status < 400 ? await textOf(answer) : (await problemOf(answer)).code];
};
const OPENED = [200, ITEMS];
const NOT_FOUND = [404, "links.not_found"];
const EXPIRED = [410, "links.expired"];

describe("a link", () => {
  it("gives its one file to anybody who has it, in no cache and with no referrer", async () => {
    const path = await newLink(token, id);
    const answer = await call(path);
    expect([answer.status, await textOf(answer)]).toEqual(OPENED);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment;/);
    const range = await call(path, { headers: { range: "bytes=0-3" } });
    expect([range.status, await textOf(range)]).toEqual([206, ITEMS.slice(0, 4)]);
    expect((await call(path, { headers: { range: "bytes=9999-" } })).status).toBe(416);
    expect((await call(path, { method: "HEAD" })).status).toBe(200);
  });

  it("holds for an hour unless another time is asked for, and is audited", async () => {
    const start = Date.now();
    for (const [json, hours] of [
      [{}, 1],
      [{ expires_in_s: 7_200 }, 2],
    ] as const) {
      const answer = await call(`/v1/files/${id}/links`, { token, json });
      const { expires_at } = await answer.json<{ expires_at: string }>();
      const lasts_ms = Date.parse(expires_at) - start;
      expect(Math.round(lasts_ms / HOUR_MS)).toBe(hours);
    }
    const trail = (await auditOf(account.desk_id)).filter(({ target }) => target === id);
    expect(trail.map(({ action }) => action)).toEqual(["file.create", "file.link", "file.link"]);
  });

  it.each([0, -1, 1.5, 86_401, "3600", null])("takes no such time: %s", async (expires_in_s) => {
    const answer = await call(`/v1/files/${id}/links`, { token, json: { expires_in_s } });
    expect(answer.status).toBe(422);
  });

  it("never outlives its file", async () => {
    await ageFile(id, 23 * HOUR_MS);
    const file = await (await call(`/v1/files/${id}`, { token })).json<{ expires_at: string }>();
    const answer = await call(`/v1/files/${id}/links`, { token, json: { expires_in_s: 86_400 } });
    const { expires_at, url } = await answer.json<{ url: string; expires_at: string }>();
    expect(expires_at).toBe(file.expires_at);
    const { pathname } = new URL(url);
    expect(await told(pathname)).toEqual(OPENED);
    await ageFile(id, HOUR_MS);
    expect(await told(pathname)).toEqual([410, "files.expired"]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(expires_at) });
    expect(await told(pathname)).toEqual(EXPIRED);
  });

  it("ends at its time, though its file goes on", async () => {
    const path = await newLink(token, id, 60);
    const start = Date.now();
    vi.useFakeTimers({ toFake: ["Date"], now: start + 50_000 });
    expect(await told(path)).toEqual(OPENED);
    vi.setSystemTime(start + 61_000);
    expect(await told(path)).toEqual(EXPIRED);
  });

  it("ends with its file", async () => {
    const path = await newLink(token, id);
    await call(`/v1/files/${id}`, { method: "DELETE", token });
    expect(await told(path)).toEqual(NOT_FOUND);
  });

  it("is made by nobody who may only read", async () => {
    const viewer = await newAccount("viewer");
    const answer = await call(`/v1/files/${id}/links`, { token: viewer.access_token, json: {} });
    expect(answer.status).toBe(403);
  });
});

describe("a link that was tampered with", () => {
  it("opens nothing, whichever of its characters was changed, left out or added", async () => {
    const path = await newLink(token, id);
    const from = "/downloads/".length;
    for (let at = from; at < path.length; at += 1) {
      const other = path[at] === "a" ? "b" : "a";
      expect(await told(path.slice(0, at) + other + path.slice(at + 1)), `at ${at}`).toEqual(NOT_FOUND);
    }
    for (const changed of [path.slice(0, -1), `${path}A`, `${path}=`, path.toUpperCase(), "/downloads/x"]) {
      expect((await call(changed)).status, changed).toBe(404);
    }
    expect(await told(path)).toEqual(OPENED);
  });

  it("opens no other file, no other desk's and no later time under its signature", async () => {
    const [other, stranger] = [await newFile(token), await newAccount()];
    const theirs = await newFile(stranger.access_token);
    const path = await newLink(token, id);
    const end = path.split("~")[2]?.split(".")[0] ?? "";
    for (const [from, to] of [
      [id, other.id],
      [id, theirs.id],
      [account.desk_id, stranger.desk_id],
      [end, (Date.now() + 30 * 24 * HOUR_MS).toString(36)],
    ] as const) {
      expect(path).toContain(from);
      expect(await told(path.replace(from, to)), to).toEqual(NOT_FOUND);
    }
  });

  it("costs no look-up, however it is wrong", async () => {
    const path = await newLink(token, id);
    for (const wrong of [`${path.slice(0, -1)}!`, "/downloads/x", `/downloads/${"é".repeat(300)}`]) {
      const answer = await call(wrong);
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([404, "no-store"]);
      expect(answer.headers.get("bourse-cost") ?? "", wrong).not.toMatch(/d1_|r2_/);
    }
  });
});

describe("the token of a link", () => {
  it("is in no log and in no problem", async () => {
    const lines: string[] = [];
    for (const name of ["log", "error"] as const) {
      vi.spyOn(console, name).mockImplementation((line: string) => void lines.push(line));
    }
    const path = await newLink(token, id);
    const secret = path.split("/").at(-1) ?? "";
    await call(path);
    const problem = await call(`${path}x`);
    expect(await problem.text()).not.toContain(secret);
    await call(`${path}/more`);
    expect(lines.filter((line) => line.includes("/downloads/"))).toHaveLength(3);
    expect(lines.join("\n")).not.toContain(secret);
  });

  it("is kept nowhere, an Idempotency-Key or not", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const answer = await call(`/v1/files/${id}/links`, { token, json: {}, headers });
    const { url } = await answer.json<{ url: string }>();
    const { results } = await testEnv.DB.prepare("SELECT body FROM idempotency_keys").all();
    expect(JSON.stringify(results)).not.toContain(url.split("/").at(-1));
  });
});

it("limits downloads by address, whatever credential comes along, and leaves the API's own limit alone", async () => {
  const path = await newLink(token, id);
  const env = { RATE_LIMIT_SCALE: "0.003" };
  const from = (address: string) => ({ env, headers: { "cf-connecting-ip": address } });
  const answers = [];
  for (let n = 0; n < 4; n += 1) answers.push(await call(path, { ...from("192.0.2.200"), token }));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect(answers[0]?.headers.get("ratelimit-policy")).toBe('"downloads";q=3;w=3600');
  expect((await call(path, from("192.0.2.201"))).status).toBe(200);
  const anonymous = { ...from("192.0.2.200"), json: { refresh_token: "none" } };
  expect((await call("/v1/auth/refresh", anonymous)).status).toBe(401);
});
