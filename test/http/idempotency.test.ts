import { beforeEach, describe, expect, it } from "vitest";
import { Replay } from "../../src/http/idempotency.ts";
import { problemOf } from "../support/answers.ts";
import { type Account, call, newAccount, type UploadedDocument, upload } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";
import { join, makeKey, tokenOn } from "../support/members.ts";

let account: Account;
let key: string;
beforeEach(async () => {
  account = await newAccount();
  key = crypto.randomUUID();
});

const keyed = () => ({ "idempotency-key": key });
const reindex = async (token = account.access_token) =>
  await call("/v1/search/reindex", { method: "POST", token, headers: keyed() });
const search = async (json: unknown) =>
  await call("/v1/search", { token: account.access_token, json, headers: keyed() });
const idOf = async (answer: Response) => (await answer.json<{ id: string }>()).id;
const jobs = async () =>
  (
    await testEnv.DB.prepare("SELECT count(*) AS n FROM jobs WHERE desk_id = ?")
      .bind(account.desk_id)
      .first<{ n: number }>()
  )?.n;
const setRows = async (changes: string) =>
  await testEnv.DB.prepare(`UPDATE idempotency_keys SET ${changes} WHERE key = ?`).bind(key).run();

describe("an Idempotency-Key", () => {
  it("gives the stored answer the second time, says so, and does nothing twice", async () => {
    const first = await reindex();
    const second = await reindex();
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    expect(second.headers.get("content-type")).toBe(first.headers.get("content-type"));
    expect(second.headers.get("request-id")).not.toBe(first.headers.get("request-id"));
    expect(second.headers.get("x-content-type-options")).toBe("nosniff");
    expect(second.headers.get("cache-control")).toBe("no-store");
    expect(await second.text()).toBe(await first.text());
    expect(await jobs()).toBe(1);
  });

  it("is refused with another body", async () => {
    expect((await search({ query: "breakout" })).status).toBe(200);
    const other = await search({ query: "momentum" });
    expect(other.status).toBe(422);
    expect((await problemOf(other)).code).toBe("idempotency.other_body");
    expect((await search({ query: "breakout" })).headers.get("idempotent-replayed")).toBe("true");
  });

  it("lets one of many calls at once do the work; the others wait or get its answer", async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => reindex()));
    const fresh = answers.filter((one) => one.status === 202 && !one.headers.has("idempotent-replayed"));
    expect(fresh).toHaveLength(1);
    for (const answer of answers) expect([202, 409]).toContain(answer.status);
    expect(await jobs()).toBe(1);
  });

  it("of a call that still runs is a 409, until that call is given up for dead", async () => {
    await reindex();
    await setRows("status = NULL, headers = NULL, body = NULL");
    const running = await reindex();
    expect(running.status).toBe(409);
    expect((await problemOf(running)).code).toBe("idempotency.running");
    await setRows(`created_at = ${Date.now() - 3 * 60_000}`);
    const taken = await reindex();
    expect(taken.status).toBe(202);
    expect(taken.headers.get("idempotent-replayed")).toBeNull();
  });

  it("is free again after a call that failed", async () => {
    expect((await search({ query: "x", mode: "psychic" })).status).toBe(422);
    expect((await search({ query: "x" })).status).toBe(200);
  });

  it("is free again after a call that broke", async () => {
    const LIBRARY_INDEX = new Proxy(testEnv.LIBRARY_INDEX, {
      get() {
        throw new Error("the index is away");
      },
    });
    const broken = await call("/v1/search", {
      token: account.access_token,
      json: { query: "x" },
      headers: keyed(),
      env: { LIBRARY_INDEX },
    });
    expect(broken.status).toBe(500);
    expect((await search({ query: "x" })).status).toBe(200);
  });

  it("is another key on another desk, whose answer it never shows", async () => {
    const other = await newAccount();
    const [own, theirs] = [await reindex(), await reindex(other.access_token)];
    expect(theirs.headers.get("idempotent-replayed")).toBeNull();
    const [ownJob, theirJob] = [await idOf(own), await idOf(theirs)];
    expect(theirJob).not.toBe(ownJob);
    expect(await idOf(await reindex())).toBe(ownJob);
    expect(await idOf(await reindex(other.access_token))).toBe(theirJob);
  });

  it("replays nothing to another member of the desk, nor to a key of the same person", async () => {
    const other = await newAccount();
    await join(other, account, "admin");
    await reindex();
    const program = await makeKey(account, { scopes: ["search:reindex"] });
    for (const token of [await tokenOn(other, account.desk_id), program.key]) {
      const answer = await reindex(token);
      expect(answer.status).toBe(422);
      expect((await problemOf(answer)).code).toBe("idempotency.other_body");
    }
    expect((await reindex()).headers.get("idempotent-replayed")).toBe("true");
  });

  it("keeps no secret that an answer shows once", async () => {
    const { id, key: secret } = await makeKey(account, {}, { headers: keyed() });
    await call(`/v1/api-keys/${id}/rotate`, { token: account.access_token, json: {}, headers: keyed() });
    const { results } = await testEnv.DB.prepare("SELECT * FROM idempotency_keys WHERE key = ?")
      .bind(key)
      .all<{ body: string }>();
    expect(results).toHaveLength(2);
    for (const { body } of results) {
      expect(JSON.parse(body).id).toBe(id);
      expect(body).not.toMatch(/bk_live_\w{9}/);
    }
    expect(secret).toMatch(/bk_live_\w{9}/);
  });

  it("is another key on another route", async () => {
    await reindex();
    expect((await search({ query: "x" })).headers.get("idempotent-replayed")).toBeNull();
  });

  it("is forgotten after 24 hours", async () => {
    const first = await reindex();
    await setRows(`created_at = ${Date.now() - 25 * 3_600_000}`);
    const later = await reindex();
    expect(later.headers.get("idempotent-replayed")).toBeNull();
    expect(await idOf(later)).not.toBe(await idOf(first));
  });

  it("takes 1 to 255 visible characters", async () => {
    for (const wrong of ["with space", "x".repeat(256), "tab\tinside", "é"]) {
      key = wrong;
      const answer = await reindex();
      expect(answer.status, wrong).toBe(422);
      expect((await problemOf(answer)).errors?.[0]?.path).toBe("Idempotency-Key");
    }
    key = "x".repeat(255);
    expect((await reindex()).status).toBe(202);
  });

  it("is no credential: it replays nothing to someone who may not call", async () => {
    await reindex();
    expect((await reindex(`${account.access_token}x`)).status).toBe(401);
  });

  it("stores no secret: log-ins and tickets are made anew", async () => {
    const ticket = async () =>
      await (
        await call("/v1/tickets", { method: "POST", token: account.access_token, headers: keyed() })
      ).text();
    expect(await ticket()).not.toBe(await ticket());
    const { email, password } = account;
    await call("/v1/auth/login", {
      json: { email, password },
      token: account.access_token,
      headers: keyed(),
    });
    const row = await testEnv.DB.prepare("SELECT count(*) AS n FROM idempotency_keys WHERE key = ?")
      .bind(key)
      .first();
    expect(row).toEqual({ n: 0 });
  });

  it("replays an answer that has no body", () => {
    const answer = new Replay({ status: 204, headers: {}, body: "" }).toResponse();
    expect(answer.status).toBe(204);
    expect(answer.body).toBeNull();
  });
});

describe("an upload with an Idempotency-Key", () => {
  const send = async (text: string, fields: Record<string, string> = {}) =>
    await upload(account.access_token, text, "note.md", fields, keyed());
  const stored = async () =>
    (await testEnv.FILES.list({ prefix: `desks/${account.desk_id}/` })).objects
      .map((object) => object.key)
      .filter((name) => name.endsWith("/original"));

  it("is replayed for the same bytes and fields", async () => {
    const first = await send("# A\n\nText.\n", { title: "A" });
    const second = await send("# A\n\nText.\n", { title: "A" });
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(second.headers.get("location")).toBe(first.headers.get("location"));
    const [one, two] = [await first.json<UploadedDocument>(), await second.json<UploadedDocument>()];
    expect(two.id).toBe(one.id);
    expect(await stored()).toHaveLength(1);
  });

  it("is refused for other bytes or other fields, and leaves no bytes behind", async () => {
    await send("# A\n", { title: "A" });
    for (const answer of [await send("# B\n", { title: "A" }), await send("# A\n", { title: "B" })]) {
      expect(answer.status).toBe(422);
      expect((await problemOf(answer)).code).toBe("idempotency.other_body");
    }
    expect(await stored()).toHaveLength(1);
    const pending = await testEnv.DB.prepare("SELECT count(*) AS n FROM pending_uploads").first();
    expect(pending).toEqual({ n: 0 });
  });

  it("makes one document of two at once", async () => {
    const answers = await Promise.all([send("# C\n"), send("# C\n")]);
    for (const { status } of answers) expect([200, 202, 409]).toContain(status);
    expect(
      answers.filter(({ status, headers }) => status === 202 && !headers.has("idempotent-replayed")),
    ).toHaveLength(1);
    expect(await stored()).toHaveLength(1);
  });
});
