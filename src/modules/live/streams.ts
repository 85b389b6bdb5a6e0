import { type Frame, HEARTBEAT_COMMENT, RETRY_FIELD, type Story, sseOf } from "./frame.ts";
import { MAX_LATE_FRAMES, MAX_WAITING_FRAMES } from "./policy.ts";
import type { WatchRequest, Who } from "./watcher.ts";

/** One SSE reader: how far it was fed, and up to which number it may be fed from the rows however late it is. */
interface Reader {
  who: Who | null;
  controller: ReadableStreamDefaultController<Uint8Array>;
  fed: number;
  owed: number;
}

/**
 * The SSE streams of an object. Each holds at most `MAX_WAITING_FRAMES` in memory: a reader who is slower than that is
 * fed from the rows when it reads again, and one who is later than `MAX_LATE_FRAMES` by one snapshot instead.
 */
export class Streams {
  readonly #story: Story;
  readonly #readers = new Set<Reader>();

  constructor(story: Story) {
    this.#story = story;
  }

  get size(): number {
    return this.#readers.size;
  }

  get readers(): Reader[] {
    return [...this.#readers];
  }

  /** Opens a stream; 204 tells a browser that has seen the end not to come back. */
  open({ after, who }: WatchRequest): Response {
    const { ended, seq } = this.#story;
    if (ended && after === seq) return new Response(null, { status: 204 });
    let reader: Reader | undefined;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const fed = after !== undefined && this.#story.after(after) !== undefined ? after : -1;
          reader = { who, controller, fed, owed: seq };
          this.#readers.add(reader);
          controller.enqueue(RETRY_FIELD);
        },
        pull: () => {
          if (reader !== undefined) this.#feed(reader);
        },
        cancel: () => {
          if (reader !== undefined) this.#readers.delete(reader);
        },
      },
      new CountQueuingStrategy({ highWaterMark: MAX_WAITING_FRAMES }),
    );
    const headers = { "content-type": "text/event-stream", "cache-control": "no-store" };
    return new Response(body, { headers });
  }

  /** Whoever has read all before gets the frame at once; the others come for it when they have room. */
  tell(frame: Frame, text: string): void {
    const bytes = sseOf(frame, text);
    for (const reader of this.#readers) {
      if (reader.fed !== frame.seq - 1 || !hasRoom(reader)) continue;
      give(reader, frame.seq, bytes);
      this.#endIfDone(reader);
    }
  }

  heartbeat(): void {
    for (const reader of this.#readers) if (hasRoom(reader)) reader.controller.enqueue(HEARTBEAT_COMMENT);
  }

  end(reader: Reader): void {
    if (this.#readers.delete(reader)) reader.controller.close();
  }

  /** Called whenever a reader has taken something, or is new. */
  #feed(reader: Reader): void {
    const { seq } = this.#story;
    const room = reader.controller.desiredSize ?? 0;
    if (reader.fed >= seq || room < MAX_WAITING_FRAMES / 2) return;
    const isLate = reader.fed >= reader.owed && seq - reader.fed > MAX_LATE_FRAMES;
    const missed = isLate || reader.fed < 0 ? undefined : this.#story.after(reader.fed);
    for (const frame of missed?.slice(0, room) ?? [this.#story.snapshot()]) {
      if (frame.seq > reader.fed) give(reader, frame.seq, sseOf(frame));
    }
    this.#endIfDone(reader);
  }

  #endIfDone(reader: Reader): void {
    if (this.#story.ended && reader.fed === this.#story.seq) this.end(reader);
  }
}

/** The number first: a reader who waits takes the bytes at once, and asks for more before this returns. */
function give(reader: Reader, seq: number, bytes: Uint8Array): void {
  reader.fed = seq;
  reader.controller.enqueue(bytes);
}

const hasRoom = ({ controller }: Reader): boolean => (controller.desiredSize ?? 0) > 0;
