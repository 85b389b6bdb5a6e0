import { call } from "./desk.ts";

export interface Frame {
  type: string;
  seq?: number;
  data?: { status?: string };
  job?: { status: string; seq: number };
}

const FINAL = ["succeeded", "failed", "cancelled", "expired"];

export function isFinalFrame(frame: Frame): boolean {
  return FINAL.includes(frame.data?.status ?? frame.job?.status ?? "");
}

export interface Watcher {
  /** The next numbered frame, or undefined once the server has ended the stream. */
  next(): Promise<Frame | undefined>;
  close(): Promise<void>;
}

export type Watch = (token: string, job: string, after?: number) => Promise<Watcher>;

const queryOf = (after: number | undefined) => (after === undefined ? "" : `?after=${after}`);

/** Watches by WebSocket; heartbeats are passed over. */
export const watchBySocket: Watch = async (token, job, after) => {
  const { socket } = await openSocket(token, `/v1/jobs/${job}/socket${queryOf(after)}`);
  const waiting: ((frame: Frame | undefined) => void)[] = [];
  const frames: (Frame | undefined)[] = [];
  const push = (frame: Frame | undefined) => {
    const waiter = waiting.shift();
    if (waiter) waiter(frame);
    else frames.push(frame);
  };
  socket.addEventListener("message", ({ data }) => {
    const frame: Frame = JSON.parse(String(data));
    if (frame.seq !== undefined) push(frame);
  });
  socket.addEventListener("close", () => push(undefined));
  socket.accept();
  return {
    next: async () =>
      frames.length > 0 ? frames.shift() : await new Promise((resolve) => waiting.push(resolve)),
    close: async () => socket.close(1000),
  };
};

/** Opens a socket and does not accept it yet; the caller may listen first. */
export async function openSocket(
  token: string | undefined,
  path: string,
  headers: Record<string, string> = {},
) {
  const response = await call(path, {
    ...(token ? { token } : {}),
    headers: { upgrade: "websocket", ...headers },
  });
  if (response.webSocket === null || response.webSocket === undefined) {
    throw new Error(`no socket: ${response.status} ${await response.text()}`);
  }
  return { socket: response.webSocket, response };
}

/** Watches by SSE; comments are passed over. */
export const watchByEvents: Watch = async (token, job, after) => {
  const headers: Record<string, string> = after === undefined ? {} : { "last-event-id": String(after) };
  const response = await call(`/v1/jobs/${job}/events`, { token, headers });
  const reader = (response.body ?? new Blob([]).stream()).pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const next = async (): Promise<Frame | undefined> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data === undefined) continue;
        const frame: Frame = JSON.parse(data);
        if (/^id: (\d+)$/m.exec(block)?.[1] !== String(frame.seq))
          throw new Error(`id and seq differ: ${block}`);
        return frame;
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      text += value;
    }
  };
  return { next, close: () => reader.cancel() };
};

/** Every numbered frame to the end; throws on a hole or a repeat, or if the end is no final state. */
export async function watchToEnd(watch: Watch, token: string, job: string): Promise<Frame[]> {
  const watcher = await watch(token, job);
  const frames: Frame[] = [];
  for (let frame = await watcher.next(); frame !== undefined; frame = await watcher.next())
    frames.push(frame);
  return checkedFrames(frames);
}

/** The same story by a client that is cut after every single frame and comes back with its last number. */
export async function watchCutAtEveryFrame(watch: Watch, token: string, job: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (let after: number | undefined; ; ) {
    const watcher = await watch(token, job, after);
    const frame = await watcher.next();
    await watcher.close();
    if (frame === undefined) return checkedFrames(frames);
    frames.push(frame);
    after = frame.seq;
    if (isFinalFrame(frame)) return checkedFrames(frames);
  }
}

function checkedFrames(frames: Frame[]): Frame[] {
  frames.forEach((frame, at) => {
    const expected = at === 0 ? "snapshot" : "event";
    if (frame.type !== expected) throw new Error(`frame ${at} is a ${frame.type}`);
    if (at > 0 && frame.seq !== (frames[at - 1]?.seq ?? 0) + 1)
      throw new Error(`hole or repeat at frame ${at}`);
  });
  const last = frames.at(-1);
  if (last === undefined || !isFinalFrame(last))
    throw new Error(`ended without a final state: ${JSON.stringify(last)}`);
  return frames;
}
