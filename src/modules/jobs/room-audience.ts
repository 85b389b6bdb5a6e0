import type { Job, JobEvent } from "./job.ts";
import { isFinal } from "./policy.ts";
import type { RoomRecord } from "./room-record.ts";
import { eventView, snapshotView } from "./schemas.ts";

/** Events that may wait for a slow SSE reader before its stream is closed; it comes back with its last number. */
const MAX_WAITING_EVENTS = 256;
const FINAL_CLOSE = 1000;
const encoder = new TextEncoder();
const HEARTBEAT_FRAME = JSON.stringify({ type: "heartbeat" });

/** Everyone who watches a job: hibernating sockets and SSE streams, all fed the same numbered events. */
export class Audience {
  readonly #ctx: DurableObjectState;
  readonly #record: RoomRecord;
  readonly #streams = new Set<ReadableStreamDefaultController<Uint8Array>>();

  constructor(ctx: DurableObjectState, record: RoomRecord) {
    this.#ctx = ctx;
    this.#record = record;
    const ping = JSON.stringify({ type: "ping" });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(ping, JSON.stringify({ type: "pong" })));
  }

  get size(): number {
    return this.#streams.size + this.#ctx.getWebSockets().length;
  }

  /** Opens a socket: what `after` has not seen, or a snapshot, then every event as it happens. */
  socket(job: Job, after: number | undefined, protocol: string | undefined): Response {
    const [client, server] = Object.values(new WebSocketPair());
    if (client === undefined || server === undefined) throw new Error("WebSocketPair gave no pair");
    this.#ctx.acceptWebSocket(server);
    for (const frame of this.#backlog(job, after)) server.send(JSON.stringify(frame));
    if (isFinal(job.status)) server.close(FINAL_CLOSE, "the job has ended");
    const headers = protocol === undefined ? {} : { "sec-websocket-protocol": protocol };
    return new Response(null, { status: 101, webSocket: client, headers });
  }

  /** Opens an SSE stream; 204 tells a browser that has seen the end not to come back. */
  stream(job: Job, after: number | undefined): Response {
    if (isFinal(job.status) && after === job.seq) return new Response(null, { status: 204 });
    const streams = this.#streams;
    const backlog = this.#backlog(job, after);
    let opened: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>(
      {
        start(controller) {
          opened = controller;
          controller.enqueue(encoder.encode("retry: 1000\n\n"));
          for (const frame of backlog) controller.enqueue(encoder.encode(sseOf(frame)));
          if (isFinal(job.status)) controller.close();
          else streams.add(controller);
        },
        cancel() {
          if (opened) streams.delete(opened);
        },
      },
      new CountQueuingStrategy({ highWaterMark: MAX_WAITING_EVENTS }),
    );
    return new Response(body, {
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
    });
  }

  /** Tells everyone of an event; after a final one they are sent away. */
  tell(job: Job, event: JobEvent): void {
    const frame = eventView(job, event);
    this.#toSockets(JSON.stringify(frame));
    this.#toStreams(sseOf(frame));
    if (!isFinal(job.status)) return;
    for (const socket of this.#ctx.getWebSockets()) socket.close(FINAL_CLOSE, "the job has ended");
    for (const controller of this.#streams) controller.close();
    this.#streams.clear();
  }

  heartbeat(): void {
    this.#toSockets(HEARTBEAT_FRAME);
    this.#toStreams(": heartbeat\n\n");
  }

  #backlog(job: Job, after: number | undefined) {
    const events = after === undefined ? undefined : this.#record.eventsAfter(after);
    return events === undefined ? [snapshotView(job)] : events.map((event) => eventView(job, event));
  }

  #toSockets(text: string): void {
    for (const socket of this.#ctx.getWebSockets()) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    }
  }

  #toStreams(text: string): void {
    for (const controller of this.#streams) {
      controller.enqueue(encoder.encode(text));
      if ((controller.desiredSize ?? 0) > 0) continue;
      controller.close();
      this.#streams.delete(controller);
    }
  }
}

type Frame = ReturnType<typeof eventView> | ReturnType<typeof snapshotView>;

function sseOf(frame: Frame): string {
  return `id: ${frame.seq}\nevent: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`;
}
