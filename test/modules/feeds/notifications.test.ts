import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import type { UserFeed } from "../../../src/modules/feeds/user-feed.ts";
import { type FeedApi, type FeedItem, feedOf } from "../../../src/modules/live/feed-api.ts";
import { isId } from "../../../src/platform/ids.ts";
import { changeBehind } from "../../support/accounts.ts";
import { closeOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { insertQueuedJob } from "../../support/jobs.ts";
import { evict, type Heard, listen, newStory, numbers, openSocketsOf, upTo } from "../../support/live.ts";
import { join, makeKey, tokenOn } from "../../support/members.ts";
import { testPlatform } from "../../support/platform.ts";
import { openSocket } from "../../support/watch.ts";
import { unknownId } from "../../support/world.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

const PATH = "/v1/notifications/socket";

async function watch(token: string, after?: number): Promise<Heard> {
  return listen((await openSocket(token, after === undefined ? PATH : `${PATH}?after=${after}`)).socket);
}

function feed({ desk_id, user_id }: Pick<Account, "desk_id" | "user_id">): FeedApi {
  if (!isId("dsk", desk_id) || !isId("usr", user_id)) throw new Error("no such ids");
  return feedOf(testPlatform(), desk_id, user_id);
}

const feedStub = ({ desk_id, user_id }: Account) => testEnv.USER_FEED.getByName(`${desk_id}/${user_id}`);

let made = 0;
function item(title = "Done"): FeedItem {
  made += 1;
  const id = unknownId("ntf");
  return {
    id,
    type: "job.succeeded",
    title,
    body: `Number ${made}`,
    link: null,
    created_at: "2026-11-22T09:30:00.000Z",
  };
}

const say = ({ socket }: Heard, message: object) => socket.send(JSON.stringify(message));
const errors = ({ texts }: Heard) =>
  texts.map((text) => JSON.parse(text)).filter(({ type }) => type === "error");
const ofJob = ({ texts }: Heard, job_id: string) =>
  texts.map((text) => JSON.parse(text)).filter((frame) => frame.job_id === job_id);

it("shows what there is, then each notification and each reading by its number", async () => {
  const reader = await newAccount();
  const [one, two, three] = [item("One"), item("Two"), item("Three")];
  await feed(reader).tell(one);
  await feed(reader).tell(two);
  const heard = await watch(reader.access_token);
  await feed(reader).tell(three);
  await feed(reader).tell(three);
  await feed(reader).markRead([one.id, unknownId("ntf")]);
  await feed(reader).markRead([one.id]);
  await feed(reader).markRead("all");
  await expect.poll(() => numbers(heard.frames)).toEqual([2, 3, 4, 5]);
  expect(heard.frames).toMatchObject([
    {
      type: "snapshot",
      unread: 2,
      notifications: [
        { ...two, read: false },
        { ...one, read: false },
      ],
    },
    { type: "event", data: { notification: three, unread: 3 } },
    { type: "event", data: { read: [one.id], unread: 2 } },
    { type: "event", data: { read: [two.id, three.id], unread: 0 } },
  ]);
  const later = await watch(reader.access_token, 3);
  await expect.poll(() => numbers(later.frames)).toEqual([4, 5]);
  for (const { socket } of [heard, later]) socket.close();
});

it("tells of a job's end as it is published, and of what was read by HTTP", async () => {
  const reader = await newAccount();
  const token = reader.access_token;
  const heard = await watch(token);
  const job = await insertQueuedJob(reader);
  await call(`/v1/jobs/${job.id}/cancel`, { token, method: "POST" });
  await expect.poll(() => heard.frames.length, { timeout: 10_000 }).toBe(2);
  const told = JSON.parse(heard.texts.at(-1) ?? "").data;
  expect(told).toMatchObject({ notification: { type: "job.cancelled", read: false }, unread: 1 });
  await call(`/v1/notifications/${told.notification.id}/read`, { token, method: "POST" });
  await expect.poll(() => numbers(heard.frames)).toEqual([0, 1, 2]);
  expect(JSON.parse(heard.texts.at(-1) ?? "").data).toEqual({ read: [told.notification.id], unread: 0 });
  heard.socket.close();
});

it("keeps the latest hundred, shows twenty, and goes on over an eviction", async () => {
  const reader = await newAccount();
  for (let n = 0; n < 105; n += 1) await feed(reader).tell(item());
  const heard = await watch(reader.access_token);
  await evict(feedStub(reader));
  await feed(reader).tell(item());
  await expect.poll(() => numbers(heard.frames)).toEqual([105, 106]);
  const snapshot = JSON.parse(heard.texts[0] ?? "");
  expect(snapshot.unread).toBe(100);
  expect(snapshot.notifications).toHaveLength(20);
  heard.socket.close();
});

it("is nobody else's: not a colleague's, and not the same person's on another desk", async () => {
  const [owner, member] = [await newAccount(), await newAccount()];
  await join(member, owner, "admin");
  const onOwners = await tokenOn(member, owner.desk_id);
  const [owners, colleagues, elsewhere] = [
    await watch(owner.access_token),
    await watch(onOwners),
    await watch(member.access_token),
  ];
  const secret = item("For the owner alone");
  await feed(owner).tell(secret);
  await feed({ desk_id: owner.desk_id, user_id: member.user_id }).tell(item("For the member here"));
  await expect.poll(() => owners.frames.length).toBe(2);
  await expect.poll(() => colleagues.frames.length).toBe(2);
  await runDurableObjectAlarm(feedStub(member));
  await expect.poll(() => elsewhere.texts.length).toBe(2);
  for (const { texts } of [colleagues, elsewhere]) expect(texts.join()).not.toContain(secret.id);
  expect(elsewhere.frames).toMatchObject([{ type: "snapshot", unread: 0, notifications: [] }]);
  for (const { socket } of [owners, colleagues, elsewhere]) socket.close();
});

it("opens to people alone, with their ticket or token, and by WebSocket", async () => {
  const key = await makeKey(account, { scopes: ["jobs:read"] });
  const closeBy = async (token: string | undefined, headers = {}) =>
    (await closeOf((await openSocket(token, PATH, headers)).socket)).code;
  expect(await closeBy(key.key)).toBe(4403);
  expect(await closeBy(undefined)).toBe(4401);
  expect(await closeBy(account.access_token, { origin: "https://evil.test" })).toBe(4403);
  expect((await call(PATH, { token: account.access_token })).status).toBe(426);
  const { ticket } = await (await call("/v1/tickets", { method: "POST", token: account.access_token })).json<{
    ticket: string;
  }>();
  const byTicket = { "sec-websocket-protocol": `bourse.v1, ticket.${ticket}` };
  const heard = listen((await openSocket(undefined, PATH, byTicket)).socket);
  await expect.poll(() => heard.frames.length).toBe(1);
  heard.socket.close();
  expect(await closeBy(undefined, byTicket)).toBe(4401);
});

it("closes by the next heartbeat once its person's standing has changed", async () => {
  const reader = await newAccount();
  const heard = await watch(reader.access_token);
  await changeBehind([reader.user_id], "SELECT ?", 1);
  await runDurableObjectAlarm(feedStub(reader));
  expect(await heard.closed).toBe(4401);
});

it("carries the frames of a job that was subscribed to, to its end, besides the feed's own", async () => {
  const story = await newStory(account);
  const heard = await watch(account.access_token);
  say(heard, { type: "subscribe", job_id: story.job });
  await expect
    .poll(() => ofJob(heard, story.job))
    .toMatchObject([{ type: "snapshot", seq: 1, job: { id: story.job } }]);
  say(heard, { type: "subscribe", job_id: story.job });
  await story.tell(3);
  await feed(account).tell(item());
  await story.finish();
  await expect.poll(() => numbers(ofJob(heard, story.job))).toEqual(upTo(5));
  expect(ofJob(heard, story.job).at(-1)).toMatchObject({ type: "event", data: { status: "succeeded" } });
  say(heard, { type: "subscribe", job_id: story.job, after: 3 });
  await expect.poll(() => numbers(ofJob(heard, story.job))).toEqual([...upTo(5), 4, 5]);
  heard.socket.close();
});

it("takes up its jobs where they were after rooms went and it was evicted, without hole or repeat", async () => {
  const story = await newStory(account);
  const heard = await watch(account.access_token);
  say(heard, { type: "subscribe", job_id: story.job, after: 0 });
  await story.tell(2);
  await expect.poll(() => numbers(ofJob(heard, story.job))).toEqual(upTo(3));
  for (const evicted of [false, true]) {
    // An object with a socket of its own is not evicted, so the room ends that first, as it does when it moves.
    await runInDurableObject(story.stub, (_, ctx) => {
      for (const socket of ctx.getWebSockets()) socket.close(1012, "moved");
    });
    await expect.poll(async () => await openSocketsOf(story.stub)).toBe(0);
    await story.tell(2);
    if (evicted) await evict(feedStub(account));
    await runDurableObjectAlarm(feedStub(account));
    await story.tell(1);
  }
  await story.finish();
  await expect.poll(() => numbers(ofJob(heard, story.job))).toEqual(upTo(10));
  heard.socket.close();
});

it("forwards nothing more once unsubscribed", async () => {
  const story = await newStory(account);
  const heard = await watch(account.access_token);
  say(heard, { type: "subscribe", job_id: story.job });
  await expect.poll(() => ofJob(heard, story.job)).toHaveLength(1);
  say(heard, { type: "unsubscribe", job_id: story.job });
  say(heard, { type: "ping" });
  await expect.poll(() => heard.texts.some((text) => text.includes("pong"))).toBe(true);
  await expect.poll(async () => await openSocketsOf(story.stub)).toBe(0);
  await story.finish();
  expect(ofJob(heard, story.job)).toHaveLength(1);
  heard.socket.close();
});

it("refuses another desk's job, one that never was, and more than fifty", async () => {
  const stranger = await newAccount();
  const theirs = await insertQueuedJob(stranger);
  const unknown = unknownId("job");
  const heard = await watch(account.access_token);
  for (const job_id of [theirs.id, unknown]) say(heard, { type: "subscribe", job_id });
  await expect
    .poll(() => errors(heard))
    .toEqual([
      { type: "error", code: "jobs.not_found", job_id: theirs.id },
      { type: "error", code: "jobs.not_found", job_id: unknown },
    ]);
  const many = await Promise.all(Array.from({ length: 51 }, () => insertQueuedJob(account)));
  for (const { id: job_id } of many) say(heard, { type: "subscribe", job_id });
  await expect.poll(() => errors(heard)[2]).toMatchObject({ code: "feeds.too_many_jobs" });
  await expect.poll(() => heard.texts.filter((text) => text.includes('"snapshot"')).length).toBe(51);
  heard.socket.close();
});

it("closes for a changed standing also to a client that never stops talking", async () => {
  const reader = await newAccount();
  const heard = await watch(reader.access_token);
  await changeBehind([reader.user_id], "SELECT ?", 1);
  const message = JSON.stringify({ type: "unsubscribe", job_id: unknownId("job") });
  await runInDurableObject(feedStub(reader) as DurableObjectStub<UserFeed>, async (instance, ctx) => {
    ctx.storage.kv.put("heartbeat_at", 0);
    const [socket] = ctx.getWebSockets();
    for (let said = 0; said < 500 && socket?.readyState === WebSocket.OPEN; said += 1) {
      await instance.webSocketMessage(socket, message);
      await scheduler.wait(1);
    }
    expect(socket?.readyState).not.toBe(WebSocket.OPEN);
  });
  expect(await heard.closed).toBe(4401);
});
