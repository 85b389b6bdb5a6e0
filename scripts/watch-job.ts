import { setTimeout as pause } from "node:timers/promises";
import { type Client, type Frame, type Job, parseFrame } from "./client.ts";

const FINAL = new Set(["succeeded", "failed", "cancelled", "expired"]);
const NORMAL_CLOSE = 1000;
const MAX_RECONNECTS = 20;

/** What a watcher knows of a job: the snapshot with every event since laid over it. */
export type Watched = Pick<Job, "status" | "progress" | "error"> & { seq: number };

const UNSEEN: Watched = {
  status: "queued",
  progress: { phase: "queued", fraction: 0, message: "Waiting to start" },
  error: null,
  seq: 0,
};

/** The job's socket as an API client of this desk opens it, from after the event that it has seen. */
async function openSocket(client: Client, job: string, after: number): Promise<WebSocket> {
  const address = new URL(`${client.url}/v1/jobs/${job}/socket`);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  if (after > 0) address.searchParams.set("after", String(after));
  return new WebSocket(address.href, ["bourse.v1", `ticket.${await client.ticket()}`]);
}

/** Feeds frames to `take` until it says that it has all, or the socket closes; answers the close code. */
async function readFrames(
  socket: WebSocket,
  take: (frame: Frame) => boolean,
): Promise<{ code: number; reason: string }> {
  return await new Promise((resolve, reject) => {
    socket.addEventListener("message", (event) => {
      try {
        if (take(parseFrame(String(event.data)))) resolve({ code: NORMAL_CLOSE, reason: "" });
      } catch (error) {
        socket.close();
        reject(error);
      }
    });
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
  });
}

function withFrame(job: Watched, frame: Frame): Watched {
  if (frame.type === "snapshot") return { ...frame.job, seq: frame.seq };
  if (frame.type !== "event") return job;
  if (job.seq > 0 && frame.seq !== job.seq + 1) {
    throw new Error(`The events have a hole or a repeat: ${frame.seq} came after ${job.seq}.`);
  }
  const { error, progress, status } = frame.data;
  return {
    status: status ?? job.status,
    progress: progress ?? job.progress,
    error: error === undefined ? job.error : error,
    seq: frame.seq,
  };
}

/** Watches a job to its end over its socket; a socket that drops is opened again after the last event seen. */
export async function watchJob(client: Client, id: string, show: (job: Watched) => void): Promise<Watched> {
  let job = UNSEEN;
  for (let tries = 0; tries <= MAX_RECONNECTS; tries += 1) {
    const socket = await openSocket(client, id, job.seq);
    const { code, reason } = await readFrames(socket, (frame) => {
      job = withFrame(job, frame);
      show(job);
      return FINAL.has(job.status);
    });
    if (FINAL.has(job.status)) return job;
    if (code >= 4000) throw new Error(`The socket was refused: ${code} ${reason}`);
    if (code !== NORMAL_CLOSE) await pause(Math.min(5_000, 250 * 2 ** tries));
  }
  throw new Error("The job's socket dropped again and again.");
}
