import { type Frame, HEARTBEAT_TEXT, type Story, textOf } from "./frame.ts";
import { CLOSE, confirm, flowOf, type Window } from "./policy.ts";
import { socketAnswer, socketPair } from "./socket-pair.ts";
import type { WatchRequest, Who } from "./watcher.ts";

/** What a socket carries through hibernation; well below the 2 kB that its attachment may have. */
export interface SocketState {
  id: string;
  who: Who | null;
  window: Window;
  /** Topics that the client has unsubscribed from. */
  muted: string[];
}

/**
 * The hibernating sockets of an object. A frame is encoded once and sent in one pass that never waits. For no socket do
 * more than `MAX_UNCONFIRMED` frames wait if its client confirms what it reads, nor more than `MAX_UNHEARD` if not.
 */
export class Sockets {
  readonly #ctx: DurableObjectState;
  readonly #story: Story;
  readonly #states = new WeakMap<WebSocket, SocketState>();

  constructor(ctx: DurableObjectState, story: Story) {
    this.#ctx = ctx;
    this.#story = story;
    const ping = JSON.stringify({ type: "ping" });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(ping, JSON.stringify({ type: "pong" })));
  }

  get open(): WebSocket[] {
    return this.#ctx.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN);
  }

  /** Opens a socket: what `after` has not seen, or a snapshot, then every event as it happens. */
  accept({ after, protocol, who }: WatchRequest): Response {
    const { client, server } = socketPair();
    const missed = after === undefined ? undefined : this.#story.after(after);
    const from = after === undefined || missed === undefined ? this.#story.seq : after;
    this.#ctx.acceptWebSocket(server);
    const id = crypto.randomUUID();
    this.keep(server, { id, who, window: { from, confirms: false, held: null }, muted: [] });
    for (const frame of missed ?? [this.#story.snapshot()]) server.send(textOf(frame));
    if (this.#story.ended) end(server);
    return socketAnswer(client, protocol);
  }

  tell(frame: Frame, text: string): void {
    for (const socket of this.open) {
      const state = this.stateOf(socket);
      if (frame.topic !== undefined && state.muted.includes(frame.topic)) continue;
      const flow = flowOf(state.window, frame.seq);
      if (flow === "send") socket.send(text);
      else if (flow === "dismiss" || this.#story.ended) dismiss(socket);
      else if (state.window.held === null) {
        this.keep(socket, { ...state, window: { ...state.window, held: frame.seq - 1 } });
      }
      if (flow === "send" && this.#story.ended) end(socket);
    }
  }

  /** The client says that it has read everything up to a number. */
  confirm(socket: WebSocket, seq: number): void {
    const state = this.stateOf(socket);
    const { catches_up, window } = confirm(state.window, seq, this.#story.seq);
    this.keep(socket, { ...state, window });
    if (catches_up) socket.send(textOf(this.#story.snapshot()));
  }

  heartbeat(): void {
    for (const socket of this.open) socket.send(HEARTBEAT_TEXT);
  }

  stateOf(socket: WebSocket): SocketState {
    const known = this.#states.get(socket);
    if (known !== undefined) return known;
    const state: SocketState = socket.deserializeAttachment();
    this.#states.set(socket, state);
    return state;
  }

  keep(socket: WebSocket, state: SocketState): void {
    this.#states.set(socket, state);
    socket.serializeAttachment(state);
  }
}

/** Answers a client's close, or the client would wait for the connection to time out. What can't be sent back is 1000. */
export function answerClose(socket: WebSocket, code: number): void {
  const sendable = code === CLOSE.ended || (code >= 3_000 && code <= 4_999);
  if (socket.readyState !== WebSocket.CLOSED) socket.close(sendable ? code : CLOSE.ended);
}

const end = (socket: WebSocket): void => socket.close(CLOSE.ended, "that was all");

/** Nothing is lost by it: the client comes back with the last number that it has seen. */
export const dismiss = (socket: WebSocket): void =>
  socket.close(CLOSE.come_back, "come back with the last number that you have seen");
