import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import type { JobRoom } from "../../src/modules/jobs/room.ts";
import { type RoomApi, roomOf } from "../../src/modules/jobs/rooms.ts";
import { type WatchRequest, watchRequest } from "../../src/modules/live/watcher.ts";
import { isId } from "../../src/platform/ids.ts";
import type { Account } from "./desk.ts";
import { testEnv } from "./env.ts";
import { insertQueuedJob } from "./jobs.ts";
import { testPlatform } from "./platform.ts";
import type { Frame } from "./watch.ts";

export interface Story {
  job: string;
  room: RoomApi;
  stub: DurableObjectStub<JobRoom>;
  /** Adds events one by one, within the room. */
  tell(events: number): Promise<void>;
  finish(): Promise<void>;
  /** Lets the lease go; nobody else works on the job then. */
  release(): void;
}

const progressOf = (n: number) => ({
  phase: "telling",
  fraction: Math.min(0.9, n / 10_000),
  message: `Event ${n}`,
  counters: { n },
});

export const roomStub = ({ desk_id }: Account, job: string): DurableObjectStub<JobRoom> =>
  testEnv.JOB_ROOM.getByName(`${desk_id}/${job}`) as DurableObjectStub<JobRoom>;

/** A job whose events the test tells as its worker would; the lease is kept meanwhile. Event 1 is its start. */
export async function newStory(account: Account): Promise<Story> {
  const { id } = await insertQueuedJob(account, "test.story");
  if (!isId("dsk", account.desk_id)) throw new Error("no desk");
  const room = roomOf(testPlatform(), account.desk_id, id);
  const answer = await room.lease(1);
  if ("refused" in answer) throw new Error(answer.refused);
  const { lease } = answer;
  let told = 1;
  const keeping = setInterval(() => void room.advance(lease, {}).catch(() => undefined), 250);
  const must = (order: string) => {
    if (order !== "go_on") throw new Error(`the story's lease: ${order}`);
  };
  return {
    job: id,
    room,
    stub: roomStub(account, id),
    async tell(events) {
      const first = told + 1;
      told += events;
      await runInDurableObject(roomStub(account, id), async (instance) => {
        for (let n = first; n <= told; n += 1)
          must(await instance.advance(lease, { progress: progressOf(n) }));
      });
    },
    async finish() {
      clearInterval(keeping);
      await room.succeed(lease, { told });
      await room.confirmSettled();
    },
    release: () => clearInterval(keeping),
  };
}

export interface Heard {
  frames: Frame[];
  /** Every frame's text, heartbeats and answers too. */
  texts: string[];
  socket: WebSocket;
  /** The close code, once it is known. */
  code: number | undefined;
  closed: Promise<number>;
}

/** Listens to a socket from its first frame on. */
export function listen(socket: WebSocket): Heard {
  const heard: Heard = { frames: [], texts: [], socket, code: undefined, closed: Promise.resolve(0) };
  heard.closed = new Promise((resolve) =>
    socket.addEventListener("close", ({ code }) => {
      heard.code = code;
      resolve(code);
    }),
  );
  socket.addEventListener("message", ({ data }) => {
    heard.texts.push(String(data));
    const frame: Frame = JSON.parse(String(data));
    if (frame.seq !== undefined) heard.frames.push(frame);
  });
  socket.accept();
  return heard;
}

/** Watches an object directly, as the Worker does for somebody who may. */
export async function watchObject(
  object: { fetch(request: Request): Promise<Response> },
  wanted: Partial<WatchRequest> = {},
): Promise<Response> {
  return await object.fetch(
    watchRequest({ after: undefined, who: null, socket: true, protocol: undefined, ...wanted }),
  );
}

export async function listenTo(
  object: { fetch(request: Request): Promise<Response> },
  wanted: Partial<WatchRequest> = {},
): Promise<Heard> {
  const { webSocket } = await watchObject(object, wanted);
  if (!webSocket) throw new Error("no socket");
  return listen(webSocket);
}

export const numbers = (frames: Frame[]): number[] => frames.map(({ seq }) => seq ?? -1);
export const upTo = (n: number, from = 1): number[] =>
  Array.from({ length: n - from + 1 }, (_, at) => from + at);

/** Takes the object out of memory and leaves its clients' sockets open; it may have gone by itself. */
export async function evict(stub: DurableObjectStub): Promise<void> {
  try {
    await evictDurableObject(stub, { webSockets: "hibernate" });
  } catch (error) {
    if (!/not currently running/.test(String(error))) throw error;
  }
}

export const openSocketsOf = (stub: DurableObjectStub): Promise<number> =>
  runInDurableObject(
    stub,
    (_, ctx) => ctx.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN).length,
  );
