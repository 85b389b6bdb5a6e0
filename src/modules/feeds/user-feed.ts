import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../env.ts";
import { isoTime, systemClock } from "../../platform/clock.ts";
import { noCost } from "../../platform/cost.ts";
import { openDatabase } from "../../platform/database.ts";
import { setAlarmBy } from "../../platform/durable-objects.ts";
import { Audience } from "../live/audience.ts";
import type { LoggedEvent } from "../live/event-log.ts";
import type { FeedApi, FeedItem } from "../live/feed-api.ts";
import type { Frame } from "../live/frame.ts";
import { answerClose } from "../live/sockets.ts";
import { type FeedNews, FeedRecord } from "./feed-record.ts";
import { REVIVE_MS } from "./policy.ts";
import { Subscriptions } from "./subscriptions.ts";

const frameOf = ({ at, data, seq }: LoggedEvent<FeedNews>): Frame & { at: string; data: FeedNews } => ({
  type: "event",
  seq,
  at: isoTime(at),
  data,
});

/** The feed of one user on one desk, named `desk/user`: their notifications as they come, and jobs that they ask for. */
export class UserFeed extends DurableObject<Env> implements FeedApi {
  readonly #record: FeedRecord;
  readonly #audience: Audience;
  readonly #subscriptions: Subscriptions;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const record = new FeedRecord(ctx.storage);
    this.#record = record;
    const story = {
      get seq() {
        return record.log.seq;
      },
      ended: false,
      snapshot: () => ({ type: "snapshot", ...record.snapshot() }),
      after: (seq: number) => record.log.after(seq)?.map(frameOf),
    };
    this.#audience = new Audience(ctx, story, () => openDatabase(env.DB, noCost()));
    this.#subscriptions = new Subscriptions(ctx, env, this.#audience.sockets);
  }

  async tell(item: FeedItem): Promise<void> {
    const event = this.#record.add(item, systemClock.now());
    if (event !== undefined) this.#audience.tell(frameOf(event));
  }

  async markRead(ids: string[] | "all"): Promise<void> {
    const event = this.#record.markRead(ids, systemClock.now());
    if (event !== undefined) this.#audience.tell(frameOf(event));
  }

  async forget(): Promise<void> {
    this.#record.forget();
  }

  /** Watching. The Worker has checked who asks, and that the feed is theirs. */
  override async fetch(request: Request): Promise<Response> {
    const answer = this.#audience.open(request, systemClock.now());
    await this.#plan();
    return answer;
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const message = this.#audience.receive(socket, data);
    if (message === undefined || !("job_id" in message) || message.job_id === undefined) return;
    if (message.type === "subscribe")
      await this.#subscriptions.subscribe(socket, message.job_id, message.after);
    else if (message.type === "unsubscribe") this.#subscriptions.unsubscribe(socket, message.job_id);
    else this.#subscriptions.confirm(socket, message.job_id, message.seq);
    await this.#plan();
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    answerClose(socket, code);
    await this.#subscriptions.revive();
  }

  override async alarm(): Promise<void> {
    try {
      await this.#audience.attend(systemClock.now());
      await this.#subscriptions.revive();
    } finally {
      await this.#plan();
    }
  }

  /** Nothing is due where nobody watches. */
  async #plan(): Promise<void> {
    const { due } = this.#audience;
    if (due === undefined && !this.#subscriptions.any) return;
    const now = systemClock.now();
    const revive_at = this.#subscriptions.any ? now + REVIVE_MS : Number.POSITIVE_INFINITY;
    await setAlarmBy(this.ctx.storage, Math.max(now + 10, Math.min(due ?? revive_at, revive_at)));
  }
}
