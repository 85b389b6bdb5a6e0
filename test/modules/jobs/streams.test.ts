import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import {
  type Account,
  call,
  newAccount,
  processed,
  type UploadedDocument,
  upload,
} from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { handbook } from "../../support/handbook.ts";
import { insertQueuedJob } from "../../support/jobs.ts";
import { openSocket, watchByEvents, watchBySocket, watchToEnd } from "../../support/watch.ts";

let account: Account;
let token: string;
beforeAll(async () => {
  account = await newAccount();
  token = account.access_token;
});

async function ticket(of = token): Promise<string> {
  const answer = await call("/v1/tickets", { token: of, method: "POST" });
  return (await answer.json<{ ticket: string }>()).ticket;
}

async function closeCode(path: string, headers: Record<string, string>, bearer?: string): Promise<number> {
  const { socket } = await openSocket(bearer, path, headers);
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener("close", ({ code }) => resolve(code)),
  );
  socket.accept();
  return await closed;
}

it("opens a socket by ticket, once", async () => {
  const job = await insertQueuedJob(account);
  const value = await ticket();
  const headers = { "sec-websocket-protocol": `bourse.v1, ticket.${value}`, origin: "https://bourse.test" };
  const { response, socket } = await openSocket(undefined, `/v1/jobs/${job.id}/socket`, headers);
  expect(response.headers.get("sec-websocket-protocol")).toBe("bourse.v1");
  const first = new Promise((resolve) =>
    socket.addEventListener("message", ({ data }) => resolve(JSON.parse(String(data)))),
  );
  socket.accept();
  expect(await first).toMatchObject({ type: "snapshot", seq: 0, job: { id: job.id, status: "queued" } });
  expect(await closeCode(`/v1/jobs/${job.id}/socket`, headers)).toBe(4401);
});

it("closes with a code that says why it refuses", async () => {
  const job = await insertQueuedJob(account);
  const path = `/v1/jobs/${job.id}/socket`;
  expect(await closeCode(path, {})).toBe(4401);
  expect(await closeCode(path, { "sec-websocket-protocol": "bourse.v1, ticket.none" })).toBe(4401);
  expect(await closeCode(path, { origin: "https://evil.test" }, token)).toBe(4403);
  const stranger = await newAccount();
  expect(await closeCode(path, {}, stranger.access_token)).toBe(4404);
  expect(await closeCode("/v1/jobs/job_none/socket", {}, token)).toBe(4404);
  expect((await call(path, { token })).status).toBe(426);
});

it("refuses a ticket after thirty seconds", async () => {
  const job = await insertQueuedJob(account);
  const value = await ticket();
  await testEnv.DB.prepare("UPDATE tickets SET expires_at = ?")
    .bind(Date.now() - 1)
    .run();
  expect(
    await closeCode(`/v1/jobs/${job.id}/socket`, { "sec-websocket-protocol": `bourse.v1, ticket.${value}` }),
  ).toBe(4401);
});

it("answers a ping, also of a socket whose room was evicted, and goes on with the next event", async () => {
  const job = await insertQueuedJob(account);
  const { socket } = await openSocket(token, `/v1/jobs/${job.id}/socket`);
  const frames: { type: string; seq?: number }[] = [];
  socket.addEventListener("message", ({ data }) => frames.push(JSON.parse(String(data))));
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener("close", ({ code }) => resolve(code)),
  );
  socket.accept();
  await evictDurableObject(testEnv.JOB_ROOM.getByName(`${account.desk_id}/${job.id}`), {
    webSockets: "hibernate",
  });
  socket.send(JSON.stringify({ type: "ping" }));
  await expect.poll(() => frames.map(({ type }) => type)).toContain("pong");
  await call(`/v1/jobs/${job.id}/cancel`, { token, method: "POST" });
  expect(await closed).toBe(1000);
  expect(frames.filter(({ seq }) => seq !== undefined)).toMatchObject([
    { type: "snapshot", seq: 0 },
    { type: "event", seq: 1, data: { status: "cancelled" } },
  ]);
});

it("answers a client's close at once, in its own code where that may be sent", async () => {
  const job = await insertQueuedJob(account);
  for (const path of [`/v1/jobs/${job.id}/socket`, "/v1/notifications/socket"]) {
    for (const code of [1000, 4321]) {
      const { socket } = await openSocket(token, path);
      socket.accept();
      const closed = new Promise((resolve) =>
        socket.addEventListener("close", (event) => resolve([event.code, event.wasClean])),
      );
      socket.close(code, "bye");
      expect(await closed, path).toEqual([code, true]);
    }
  }
});

it("sends heartbeats without a number while a job is watched", async () => {
  const job = await insertQueuedJob(account);
  const { socket } = await openSocket(token, `/v1/jobs/${job.id}/socket`);
  const frames: unknown[] = [];
  socket.addEventListener("message", ({ data }) => frames.push(JSON.parse(String(data))));
  socket.accept();
  const room = testEnv.JOB_ROOM.getByName(`${account.desk_id}/${job.id}`);
  await evictDurableObject(room, { webSockets: "hibernate" });
  await runDurableObjectAlarm(room);
  await expect.poll(() => frames).toContainEqual({ type: "heartbeat" });
});

it("tells the same numbered story over WebSocket, SSE and polling", async () => {
  const { id, job_id } = await (await upload(token, handbook(45), "same.md")).json<UploadedDocument>();
  const [socket, events] = await Promise.all([
    watchToEnd(watchBySocket, token, job_id),
    watchToEnd(watchByEvents, token, job_id),
  ]);
  await processed(token, id);
  const after = Math.max(socket[0]?.seq ?? 0, events[0]?.seq ?? 0);
  const later = (frames: typeof socket) => frames.filter(({ seq }) => (seq ?? 0) > after);
  expect(later(socket)).toEqual(later(events));
  const polled = await (await call(`/v1/jobs/${job_id}`, { token })).json();
  expect(polled).toMatchObject({ status: "succeeded", seq: socket.at(-1)?.seq });
});

it("sends a reader that has seen the end away for good, and one from before the kept events a snapshot", async () => {
  const job = await insertQueuedJob(account);
  await call(`/v1/jobs/${job.id}/cancel`, { token, method: "POST" });
  expect((await call(`/v1/jobs/${job.id}/events?after=1`, { token })).status).toBe(204);
  const room = testEnv.JOB_ROOM.getByName(`${account.desk_id}/${job.id}`);
  await runInDurableObject(room, (_, { storage }) => storage.sql.exec("DELETE FROM events").toArray());
  const frames = await watchByEvents(token, job.id, 0);
  expect(await frames.next()).toMatchObject({ type: "snapshot", seq: 1, job: { status: "cancelled" } });
  expect(await frames.next()).toBeUndefined();
});
