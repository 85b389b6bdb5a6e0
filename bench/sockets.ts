import { z } from "zod";
import { Client } from "../scripts/client.ts";
import { runMain } from "../scripts/project.ts";
import { newAccount } from "../scripts/sample.ts";
import { newId } from "../src/platform/ids.ts";
import { fillDocuments } from "./fill.ts";
import { mb } from "./process-stats.ts";
import { type BenchServer, withWorker } from "./server.ts";

const SOCKETS = 1_000;
const EVENTS = 100;
/** One event says that the job runs and one how it ended. */
const DOCUMENTS = EVENTS - 2;
/** Opened at once; more would measure the queue of this process. */
const AT_ONCE = 20;

const me = z.object({ user: z.object({ id: z.string() }), desk: z.object({ id: z.string() }) });
/** This process shares the machine with workerd, so it reads no more of a frame than it needs. */
const SEQ = /"seq":(\d+),/;
const AT = /^\{"type":"event",.*?"at":"([^"]+)"/;

interface Desk {
  client: Client;
  desk: string;
  user: string;
}

async function newDesk(server: BenchServer): Promise<Desk> {
  const client = new Client(server.url);
  const account = newAccount();
  await client.register(account);
  await client.logIn(account);
  const { desk, user } = me.parse(await (await client.call("GET", "/v1/me")).json());
  return { client, desk: desk.id, user: user.id };
}

/** A rebuild of the desk's index, of which nobody has told a worker. Its documents are events: each is a checkpoint. */
async function newJob({ miniflare }: BenchServer, { desk, user }: Desk): Promise<string> {
  const id = newId("job");
  const db = await miniflare.getD1Database("DB");
  const progress = JSON.stringify({ phase: "queued", fraction: 0, message: "", counters: {} });
  await db
    .prepare(
      `INSERT INTO jobs (id, desk_id, type, priority, input, progress, created_by, created_at, updated_at)
       VALUES (?, ?, 'library.reindex', 'normal', '{}', ?, ?, ?, ?)`,
    )
    .bind(id, desk, progress, user, Date.now(), Date.now())
    .run();
  return id;
}

async function start({ miniflare }: BenchServer, { desk }: Desk, job: string): Promise<void> {
  const queue = await miniflare.getQueueProducer("JOBS_NORMAL");
  await queue.send({ version: 1, type: "job.run", desk_id: desk, job_id: job, grant: 1 });
}

interface Watched {
  sockets: WebSocket[];
  delays_ms: number[];
  /** Frames that did not follow the one before. */
  wrong: number;
  /** When the first event came. */
  first_at: number | undefined;
  ended: Promise<unknown>;
}

async function watchAll(server: BenchServer, { client }: Desk, job: string): Promise<Watched> {
  const url = new URL(`/v1/jobs/${job}/socket`, server.url);
  url.protocol = "ws:";
  const closed: Promise<unknown>[] = [];
  const watched: Watched = {
    sockets: [],
    delays_ms: [],
    wrong: 0,
    first_at: undefined,
    ended: Promise.resolve(),
  };
  const open = async () => {
    const ticket = await client.ticket();
    const socket = new WebSocket(url.href, ["bourse.v1", `ticket.${ticket}`]);
    watched.sockets.push(socket);
    closed.push(new Promise((done) => socket.addEventListener("close", done)));
    await new Promise<void>((resolve, reject) => {
      let last: number | undefined;
      socket.addEventListener("message", ({ data }) => {
        const seq = Number(SEQ.exec(String(data))?.[1] ?? Number.NaN);
        if (Number.isNaN(seq)) return;
        if (last !== undefined && seq !== last + 1) watched.wrong += 1;
        const at = AT.exec(String(data))?.[1];
        if (at !== undefined) watched.delays_ms.push(Date.now() - Date.parse(at));
        if (at !== undefined) watched.first_at ??= performance.now();
        last = seq;
        resolve();
      });
      socket.addEventListener("error", () => reject(new Error("a socket failed")));
    });
  };
  for (let opened = 0; opened < SOCKETS; opened += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, open));
  watched.ended = Promise.all(closed);
  return watched;
}

await runMain(async () => {
  await withWorker({}, async (server) => {
    const desk = await newDesk(server);
    await fillDocuments(server, desk, DOCUMENTS);
    const job = await newJob(server, desk);
    const idle = server.memory().rss_bytes;
    const opening = performance.now();
    const watched = await watchAll(server, desk, job);
    const opened_s = (performance.now() - opening) / 1000;
    const cpu = server.cpuSeconds();
    const held = server.memory().rss_bytes;
    await start(server, desk, job);
    await watched.ended;
    const seconds = (performance.now() - (watched.first_at ?? Number.NaN)) / 1000;
    const used = server.cpuSeconds() - cpu;
    const delays = watched.delays_ms.sort((one, other) => one - other);
    const at = (share: number) => delays[Math.floor(share * (delays.length - 1))] ?? Number.NaN;
    console.log(`${SOCKETS} sockets on one room, opened in ${opened_s.toFixed(1)} s; ${EVENTS} events`);
    console.log(`  from event to receipt: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms`);
    console.log(
      `  ${(EVENTS / seconds).toFixed(0)} events/s, ${(delays.length / seconds).toFixed(0)} frames/s`,
    );
    console.log(`  ${(delays.length / used).toFixed(0)} frames per CPU second of workerd`);
    console.log(
      `  workerd holds ${mb(server.memory().rss_bytes)} MB, ${mb(held)} before the first event, ${mb(idle)} before the sockets`,
    );
    if (delays.length === SOCKETS * EVENTS && watched.wrong === 0) return;
    console.log(`  NOT WHOLE: ${delays.length} of ${SOCKETS * EVENTS} frames, ${watched.wrong} out of turn`);
    process.exitCode = 1;
  });
});
