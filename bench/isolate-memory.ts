import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";

const SAMPLED_EVERY_MS = 50;

const usage = z.object({
  result: z.object({
    usedSize: z.number(),
    embedderHeapUsedSize: z.number(),
    backingStorageSize: z.number(),
  }),
});

/**
 * What the Worker's own isolate holds: V8's heap and the buffers behind it, garbage that waits for its collection
 * included. The process as a whole also holds the local stand-ins of R2, D1 and the rest.
 */
export class IsolateMemory {
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** Opens the inspector of workerd at the isolate of this Worker. */
  static async open(inspector: URL, worker: string): Promise<IsolateMemory> {
    const socket = new WebSocket(new URL(`/core:user:${worker}`, inspector).href);
    await once(socket, "open");
    return new IsolateMemory(socket);
  }

  async bytes(): Promise<number> {
    const answer = once(this.#socket, "message");
    this.#socket.send(JSON.stringify({ id: 1, method: "Runtime.getHeapUsage" }));
    const [message] = z.tuple([z.object({ data: z.string() })]).parse(await answer);
    const { backingStorageSize, embedderHeapUsedSize, usedSize } = usage.parse(
      JSON.parse(message.data),
    ).result;
    return usedSize + embedderHeapUsedSize + backingStorageSize;
  }

  close(): void {
    this.#socket.close();
  }
}

/** The most that `read` says while `work` runs, asked every 50 ms. */
export async function peakDuring<T>(
  read: () => number | Promise<number>,
  work: Promise<T>,
): Promise<{ peak: number; result: T }> {
  let peak = 0;
  const done = new AbortController();
  const watching = (async () => {
    while (!done.signal.aborted) {
      peak = Math.max(peak, await read());
      await pause(SAMPLED_EVERY_MS);
    }
  })();
  const result = await work.finally(() => done.abort());
  await watching;
  return { peak, result };
}
