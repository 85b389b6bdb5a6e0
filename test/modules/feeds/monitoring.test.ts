import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import { readFigures } from "../../../src/modules/feeds/monitoring-store.ts";
import { noCost } from "../../../src/platform/cost.ts";
import { openDatabase } from "../../../src/platform/database.ts";
import { changeBehind } from "../../support/accounts.ts";
import { newSuperAdmin } from "../../support/admin.ts";
import { closeOf } from "../../support/answers.ts";
import { type Account, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { insertQueuedJob } from "../../support/jobs.ts";
import { type Heard, listen, numbers, upTo } from "../../support/live.ts";
import { openSocket } from "../../support/watch.ts";

const PATH = "/v1/monitoring/socket";
let operator: Account;
let account: Account;
beforeAll(async () => {
  operator = await newSuperAdmin();
  account = await newAccount();
});

const feed = () => testEnv.MONITORING_FEED.getByName("platform");
const watch = async (after?: number): Promise<Heard> =>
  listen(
    (await openSocket(operator.access_token, after === undefined ? PATH : `${PATH}?after=${after}`)).socket,
  );
const tick = () => runDurableObjectAlarm(feed());
const ofTopic = ({ texts }: Heard, topic: string) =>
  texts.map((text) => JSON.parse(text)).filter((frame) => frame.topic === topic);

it("is refused to everyone but super admins", async () => {
  const refused = await closeOf((await openSocket(account.access_token, PATH)).socket);
  expect(refused.code).toBe(4403);
  expect((await closeOf((await openSocket(undefined, PATH)).socket)).code).toBe(4401);
});

it("shows the figures, tells those that change by number, and only those", async () => {
  const heard = await watch();
  await expect.poll(() => heard.frames.length).toBeGreaterThan(0);
  const first = JSON.parse(heard.texts[0] ?? "");
  expect(first).toMatchObject({ type: "snapshot", figures: { dead_letters: { last_day: 0 } } });
  await tick();
  const before = heard.frames.length;
  await tick();
  await insertQueuedJob(account);
  await tick();
  await expect
    .poll(() => ofTopic(heard, "jobs").at(-1)?.data.unfinished)
    .toContainEqual({
      status: "queued",
      priority: "normal",
      count: 1,
    });
  expect(ofTopic(heard, "jobs").at(-1).data.oldest_queued_at).toMatch(/^\d{4}-.*Z$/);
  expect(heard.frames.length).toBeGreaterThan(before);
  expect(numbers(heard.frames)).toEqual(upTo(heard.frames.at(-1)?.seq ?? 0, first.seq));
  const again = await watch(first.seq);
  await expect.poll(() => numbers(again.frames).slice(0, 2)).toEqual([first.seq + 1, first.seq + 2]);
  for (const { socket } of [heard, again]) socket.close();
});

it("leaves out a topic that was unsubscribed from, and catches up with a snapshot", async () => {
  const heard = await watch();
  const say = (type: string) => heard.socket.send(JSON.stringify({ type, topic: "jobs" }));
  say("unsubscribe");
  heard.socket.send('{"type": "ping"}');
  await expect.poll(() => heard.texts.some((text) => text.includes("pong"))).toBe(true);
  const before = ofTopic(heard, "jobs").length;
  await insertQueuedJob(account);
  await testEnv.DB.prepare(
    "INSERT INTO dead_letters (id, queue, message_id, body, attempts, created_at) VALUES (?, 'q', ?, '{}', 1, ?)",
  )
    .bind(crypto.randomUUID(), crypto.randomUUID(), Date.now())
    .run();
  await tick();
  await expect.poll(() => ofTopic(heard, "dead_letters").at(-1)?.data).toEqual({ last_day: 1 });
  expect(ofTopic(heard, "jobs")).toHaveLength(before);
  say("subscribe");
  await expect
    .poll(() => heard.frames.at(-1))
    .toMatchObject({
      type: "snapshot",
      figures: { jobs: { unfinished: [{ status: "queued", priority: "normal", count: 2 }] } },
    });
  heard.socket.close();
});

it("rests once nobody watches", async () => {
  const heard = await watch();
  await expect.poll(() => heard.frames.length).toBeGreaterThan(0);
  heard.socket.close();
  const alarm = () => runInDurableObject(feed(), (_, { storage }) => storage.getAlarm());
  await expect
    .poll(async () => {
      await tick();
      return await alarm();
    })
    .toBeNull();
});

it("closes by the next heartbeat once its watcher runs the platform no more", async () => {
  const former = await newSuperAdmin();
  const heard = listen((await openSocket(former.access_token, PATH)).socket);
  await expect.poll(() => heard.frames.length).toBeGreaterThan(0);
  await changeBehind([former.user_id], "UPDATE users SET platform_role = NULL WHERE id = ?", former.user_id);
  await runInDurableObject(feed(), (_, { storage }) => storage.kv.put("heartbeat_at", 0));
  await expect
    .poll(async () => {
      await tick();
      return heard.code;
    })
    .toBe(4401);
});

it("reads rows that are open or new, and none of the many that are over", async () => {
  const cost = noCost();
  const read = async () => {
    const before = cost.d1_rows_read;
    await readFigures(openDatabase(testEnv.DB, cost), Date.now());
    return cost.d1_rows_read - before;
  };
  const few = await read();
  await testEnv.DB.batch([
    testEnv.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
       INSERT INTO jobs (id, desk_id, type, priority, status, input, progress, created_by, created_at, finished_at, updated_at)
       SELECT 'job_' || i, 'dsk_x', 't', 'low', 'succeeded', '{}', '{}', 'u', i, i, i FROM n`,
    ),
    testEnv.DB.prepare(
      `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
       INSERT INTO dead_letters (id, queue, message_id, body, attempts, created_at) SELECT i, 'q', 'm' || i, '{}', 1, i FROM n`,
    ),
  ]);
  expect(await read()).toBe(few);
});
