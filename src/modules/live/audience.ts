import type { Database } from "../../platform/database.ts";
import { consoleLog } from "../../platform/log.ts";
import { type ClientMessage, parseClientMessage } from "./client-message.ts";
import { type Frame, type Story, textOf } from "./frame.ts";
import { CLOSE, HEARTBEAT_MS, MAX_WATCHERS } from "./policy.ts";
import { Sockets } from "./sockets.ts";
import { type Changes, changesAfter, hasEnded, stillStands } from "./standing.ts";
import { Streams } from "./streams.ts";
import { parseWatchRequest, type Who } from "./watcher.ts";

const DUE = "heartbeat_at";
const REVOKED = "your standing has changed: authenticate again";

/**
 * Everyone who watches a numbered story, by hibernating sockets and by SSE. At each heartbeat one read of the feed of
 * standings asks after all of them, and whoever was changed, or whose credential has ended, is sent away.
 */
export class Audience {
  readonly sockets: Sockets;
  readonly #streams: Streams;
  readonly #storage: DurableObjectStorage;
  readonly #openDatabase: () => Database;
  /** After an eviction the first alarm is a heartbeat, since what was due before is not certain. */
  #hasBeaten = false;
  #isUnsure = false;

  constructor(ctx: DurableObjectState, story: Story, openDatabase: () => Database) {
    this.sockets = new Sockets(ctx, story);
    this.#streams = new Streams(story);
    this.#storage = ctx.storage;
    this.#openDatabase = openDatabase;
  }

  get size(): number {
    return this.#streams.size + this.sockets.open.length;
  }

  /** When the next heartbeat is due, in ms; undefined while nobody watches. It survives an eviction. */
  get due(): number | undefined {
    return this.size === 0 ? undefined : (this.#storage.kv.get<number>(DUE) ?? 0);
  }

  /** Lets somebody watch from after the number that they have seen; 429 where too many do. */
  open(request: Request, now: number): Response {
    const { size } = this;
    if (size >= MAX_WATCHERS) return new Response(null, { status: 429 });
    if (size === 0) this.#storage.kv.put(DUE, now + HEARTBEAT_MS);
    const wanted = parseWatchRequest(request);
    return wanted.socket ? this.sockets.accept(wanted) : this.#streams.open(wanted);
  }

  /** Tells everyone of an event of the story; after its last one they are sent away. */
  tell(frame: Frame): void {
    const text = textOf(frame);
    this.sockets.tell(frame, text);
    this.#streams.tell(frame, text);
  }

  /** Takes what every socket may say; answers what is for the object itself. */
  receive(socket: WebSocket, data: string | ArrayBuffer): ClientMessage | undefined {
    const message = parseClientMessage(data);
    if (message?.type === "ping") socket.send(JSON.stringify({ type: "pong" }));
    else if (message?.type === "ack" && message.job_id === undefined)
      this.sockets.confirm(socket, message.seq);
    else return message;
    return undefined;
  }

  /** For the object's alarm: does nothing before the heartbeat is due. */
  async attend(now: number): Promise<void> {
    if (this.size === 0 || (this.#hasBeaten && (this.due ?? 0) > now)) return;
    this.#hasBeaten = true;
    this.#storage.kv.put(DUE, now + HEARTBEAT_MS);
    await this.#askAfterAll(now);
    this.sockets.heartbeat();
    this.#streams.heartbeat();
  }

  /** Those who come while the feed is read were checked up to a position of their own, and wait for the next time. */
  async #askAfterAll(now: number): Promise<void> {
    const watching = this.#watching();
    if (watching.length === 0) return;
    const changes = await this.#changesAfter(Math.min(...watching.map(({ who }) => who.seq)));
    for (const { leave, stay, who } of watching) {
      if (hasEnded(who, now) || changes === "unknown") leave();
      else if (changes === undefined) continue;
      else if (!stillStands(who, changes)) leave();
      else if (changes.seq > who.seq) stay(changes.seq);
    }
  }

  #watching(): Watching[] {
    const bySocket = this.sockets.open.flatMap((socket) => {
      const { who } = this.sockets.stateOf(socket);
      const leave = () => socket.close(CLOSE.not_authenticated, REVOKED);
      const stay = (seq: number) =>
        who && this.sockets.keep(socket, { ...this.sockets.stateOf(socket), who: { ...who, seq } });
      return who === null ? [] : [{ who, leave, stay }];
    });
    const byStream = this.#streams.readers.flatMap((reader) => {
      const { who } = reader;
      const stay = (seq: number) => {
        reader.who = who && { ...who, seq };
      };
      return who === null ? [] : [{ who, leave: () => this.#streams.end(reader), stay }];
    });
    return [...bySocket, ...byStream];
  }

  /** One failure to read leaves everyone for the next heartbeat; after a second in a row nobody is sure of anyone. */
  async #changesAfter(position: number): Promise<Changes | "unknown" | undefined> {
    try {
      const changes = await changesAfter(this.#openDatabase(), position);
      this.#isUnsure = false;
      return changes;
    } catch (error) {
      consoleLog().error("standings not read", { error });
      const again = this.#isUnsure;
      this.#isUnsure = !again;
      return again ? "unknown" : undefined;
    }
  }
}

/** One who watches as a person or a program, by whatever transport. */
interface Watching {
  who: Who;
  leave(): void;
  stay(seq: number): void;
}
