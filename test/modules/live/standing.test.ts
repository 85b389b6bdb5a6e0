import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import { changeBehind, logIn } from "../../support/accounts.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { insertQueuedJob } from "../../support/jobs.ts";
import { type Heard, listen, listenTo, newStory, roomStub } from "../../support/live.ts";
import { join, makeKey, tokenOn } from "../../support/members.ts";
import { openSocket } from "../../support/watch.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

async function watch(job: string, token: string): Promise<Heard> {
  return listen((await openSocket(token, `/v1/jobs/${job}/socket`)).socket);
}

const beats = ({ texts }: Heard) => texts.filter((text) => text.includes("heartbeat")).length;

it("closes the socket of a session that was ended by the next heartbeat, and leaves the others", async () => {
  const { id } = await insertQueuedJob(account);
  const other = await logIn(account);
  const [mine, others] = [await watch(id, account.access_token), await watch(id, other.access_token)];
  const ended = await call("/v1/auth/logout", { json: { refresh_token: other.refresh_token } });
  expect(ended.status).toBeLessThan(300);
  await runDurableObjectAlarm(roomStub(account, id));
  expect(await others.closed).toBe(4401);
  await expect.poll(() => beats(mine)).toBe(1);
  expect(mine.code).toBeUndefined();
  mine.socket.close();
});

it("ends the stream of events of a session that was ended", async () => {
  const { id } = await insertQueuedJob(account);
  const other = await logIn(account);
  const answer = await call(`/v1/jobs/${id}/events`, { token: other.access_token });
  await call("/v1/auth/logout", { json: { refresh_token: other.refresh_token } });
  await runDurableObjectAlarm(roomStub(account, id));
  expect(await answer.text()).toContain("event: snapshot");
});

it.each([
  ["whose role on the desk has changed", (of: Account, desk: string) => `${desk}/${of.user_id}`],
  ["who was suspended", (of: Account) => of.user_id],
  ["whose desk was closed", (_: Account, desk: string) => desk],
])("closes the socket of somebody %s", async (_, subject) => {
  const [owner, member] = [await newAccount(), await newAccount()];
  await join(member, owner, "viewer");
  const { id } = await insertQueuedJob(owner);
  const heard = await watch(id, await tokenOn(member, owner.desk_id));
  await changeBehind([subject(member, owner.desk_id)], "SELECT ?", 1);
  await runDurableObjectAlarm(roomStub(owner, id));
  expect(await heard.closed).toBe(4401);
});

it("closes the socket of a key that was revoked", async () => {
  const { id } = await insertQueuedJob(account);
  const key = await makeKey(account, { scopes: ["jobs:read"] });
  const heard = await watch(id, key.key);
  expect((await call(`/v1/api-keys/${key.id}`, { method: "DELETE", token: account.access_token })).ok).toBe(
    true,
  );
  await runDurableObjectAlarm(roomStub(account, id));
  expect(await heard.closed).toBe(4401);
});

it("closes a socket whose credential has ended of itself", async () => {
  const { id } = await insertQueuedJob(account);
  const who = { subjects: [account.user_id], seq: 0, reads_jobs: true };
  const soon = await listenTo(roomStub(account, id), { who: { ...who, ends_at: Date.now() } });
  await runDurableObjectAlarm(roomStub(account, id));
  expect(await soon.closed).toBe(4401);
});

it("keeps whoever came after the change, and notices one that came between authentication and opening", async () => {
  const fresh = await newAccount();
  const { id } = await insertQueuedJob(fresh);
  await changeBehind([fresh.user_id], "SELECT ?", 1);
  const newest = await testEnv.DB.prepare("SELECT max(seq) AS seq FROM standing_changes").first<{
    seq: number;
  }>();
  const heard = await watch(id, fresh.access_token);
  const who = { subjects: [fresh.user_id], seq: (newest?.seq ?? 0) - 1, ends_at: null, reads_jobs: true };
  const stale = await listenTo(roomStub(fresh, id), { who });
  await runDurableObjectAlarm(roomStub(fresh, id));
  expect(await stale.closed).toBe(4401);
  await expect.poll(() => beats(heard)).toBe(1);
  expect(heard.code).toBeUndefined();
  heard.socket.close();
});

it("is sure of nobody after more changes than it reads at once", async () => {
  const { id } = await insertQueuedJob(account);
  const heard = await watch(id, account.access_token);
  await testEnv.DB.prepare(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2001)
     INSERT INTO standing_changes (subject, at) SELECT 'usr_' || i, ? FROM n`,
  )
    .bind(Date.now())
    .run();
  await runDurableObjectAlarm(roomStub(account, id));
  expect(await heard.closed).toBe(4401);
});

it("puts a heartbeat that is due off no further, however much a job tells", async () => {
  const { job, release, stub, tell } = await newStory(account);
  const heard = await watch(job, account.access_token);
  const alarmAt = () =>
    runInDurableObject(stub, async (_, ctx) => {
      const hasBeaten = ctx.storage.kv.get("heartbeat_at") !== 0;
      return hasBeaten ? null : await ctx.storage.getAlarm();
    });
  await runInDurableObject(stub, (_, ctx) => ctx.storage.kv.put("heartbeat_at", 0));
  await tell(1);
  const first = await alarmAt();
  for (let told = 0; told < 5; told += 1) {
    await tell(1);
    expect([first, null]).toContain(await alarmAt());
  }
  release();
  heard.socket.close();
});
