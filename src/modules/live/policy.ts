import { SECOND_MS } from "../../platform/clock.ts";

/** Everyone who watches hears something this often, and is asked after: no stream outlives a revocation by more. */
export const HEARTBEAT_MS = 25 * SECOND_MS;
/** Numbered frames that stay readable; a client from before them gets a snapshot. */
export const REPLAY_WINDOW = 1_000;
/** Sockets and streams of one object; beyond them it is better to poll. */
export const MAX_WATCHERS = 5_000;

/** Why the server ends a socket, as clients see it. */
export const CLOSE = {
  ended: 1000,
  come_back: 1013, // with the last number seen, when reading is possible again
  not_authenticated: 4401,
  not_allowed: 4403,
  not_found: 4404,
} as const;

/** Frames that wait in memory for an SSE reader; the rest waits as rows, of which it gets no more than these late. */
export const MAX_WAITING_FRAMES = 64;
export const MAX_LATE_FRAMES = 192;

/**
 * The runtime tells nothing of what a socket's client has read, so only its word counts. One that confirms what it has
 * seen is at most this far behind; one that never does is sent this many frames, and then has to come back.
 */
export const MAX_UNCONFIRMED = 1_000;
export const MAX_UNHEARD = 4_000;

/** What may be on its way to a socket's client, counted in frames. */
export interface Window {
  /** All up to this number has been read, or was never sent. */
  from: number;
  /** Whether the client has ever confirmed anything. */
  confirms: boolean;
  /** The last number that was sent before it fell behind, or null while it keeps up. */
  held: number | null;
}

/** Whether a socket gets the frame of this number: yes, not until its client has read on, or never on this socket. */
export function flowOf({ confirms, from, held }: Window, seq: number): "send" | "hold" | "dismiss" {
  if (held !== null) return "hold";
  if (confirms) return seq - from <= MAX_UNCONFIRMED ? "send" : "hold";
  return seq - from <= MAX_UNHEARD ? "send" : "dismiss";
}

/** The window once the client has confirmed a number, and whether it may have a snapshot of what it missed. */
export function confirm(
  window: Window,
  seq: number,
  latest: number,
): { window: Window; catches_up: boolean } {
  if (seq > latest) return { window, catches_up: false };
  const { held } = window;
  const from = Math.max(window.from, seq);
  if (held === null || held - seq > MAX_UNCONFIRMED / 2)
    return { window: { from, confirms: true, held }, catches_up: false };
  // What was sent before and is still unread goes on counting.
  const unread = Math.max(0, held - seq);
  return { window: { from: latest - unread, confirms: true, held: null }, catches_up: true };
}
