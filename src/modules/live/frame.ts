/** What a snapshot or an event is sent as: JSON with its number, the same on every transport. */
export interface Frame {
  type: string;
  seq: number;
  /** What a socket may have unsubscribed from. */
  topic?: string;
}

/** A numbered story as those see it who tell it to watchers: gap-free, and over once it has ended. */
export interface Story {
  /** The number of the latest event. */
  readonly seq: number;
  readonly ended: boolean;
  /** All there is to know now; its number is the story's. */
  snapshot(): Frame;
  /** The next events after a number without a hole, or undefined where some of them are not kept, or never were. */
  after(seq: number): Frame[] | undefined;
}

const encoder = new TextEncoder();

export const textOf = (frame: Frame): string => JSON.stringify(frame);

export const sseOf = (frame: Frame, text = textOf(frame)): Uint8Array =>
  encoder.encode(`id: ${frame.seq}\nevent: ${frame.type}\ndata: ${text}\n\n`);

export const HEARTBEAT_TEXT = JSON.stringify({ type: "heartbeat" });
export const HEARTBEAT_COMMENT = encoder.encode(": heartbeat\n\n");
export const RETRY_FIELD = encoder.encode("retry: 1000\n\n");
