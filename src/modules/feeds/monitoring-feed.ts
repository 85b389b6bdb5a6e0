import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../env.ts";
import { isoTime, systemClock } from "../../platform/clock.ts";
import { noCost } from "../../platform/cost.ts";
import { openDatabase } from "../../platform/database.ts";
import { setAlarmBy } from "../../platform/durable-objects.ts";
import { consoleLog } from "../../platform/log.ts";
import { Audience } from "../live/audience.ts";
import { TOPICS, type Topic } from "../live/client-message.ts";
import { EventLog, type LoggedEvent } from "../live/event-log.ts";
import { type Frame, type Story, textOf } from "../live/frame.ts";
import { answerClose } from "../live/sockets.ts";
import { readFigures } from "./monitoring-store.ts";
import { MONITORING_MS } from "./policy.ts";

type Figures = Record<Topic, object>;
interface News {
  topic: Topic;
  figures: object;
}

const FIGURES = "figures";

const frameOf = ({ at, data, seq }: LoggedEvent<News>): Frame & { at: string; data: object } => ({
  type: "event",
  seq,
  at: isoTime(at),
  topic: data.topic,
  data: data.figures,
});

/** The platform's figures, live: read every two seconds while somebody watches, told when they change, else at rest. */
export class MonitoringFeed extends DurableObject<Env> {
  readonly #log: EventLog<News>;
  readonly #audience: Audience;
  readonly #story: Story;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const log = new EventLog<News>(ctx.storage);
    this.#log = log;
    this.#story = {
      get seq() {
        return log.seq;
      },
      ended: false,
      snapshot: () => {
        const figures = ctx.storage.kv.get<Figures>(FIGURES) ?? {};
        return { type: "snapshot", seq: log.seq, figures };
      },
      after: (seq) => log.after(seq)?.map(frameOf),
    };
    this.#audience = new Audience(ctx, this.#story, () => openDatabase(env.DB, noCost()));
  }

  /** Watching. The Worker has checked that a super admin asks; whoever is first sees figures of this moment. */
  override async fetch(request: Request): Promise<Response> {
    if (this.#audience.size === 0) await this.#read();
    const answer = this.#audience.open(request, systemClock.now());
    await setAlarmBy(this.ctx.storage, systemClock.now() + MONITORING_MS);
    return answer;
  }

  override webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): void {
    const message = this.#audience.receive(socket, data);
    if (message === undefined || !("topic" in message)) return;
    const { sockets } = this.#audience;
    const state = sockets.stateOf(socket);
    const others = state.muted.filter((topic) => topic !== message.topic);
    const muted = message.type === "subscribe" ? others : [...others, message.topic];
    sockets.keep(socket, { ...state, muted });
    if (message.type === "subscribe") socket.send(textOf(this.#story.snapshot()));
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    answerClose(socket, code);
  }

  override async alarm(): Promise<void> {
    if (this.#audience.size === 0) return;
    try {
      await this.#read();
      await this.#audience.attend(systemClock.now());
    } finally {
      await this.ctx.storage.setAlarm(systemClock.now() + MONITORING_MS);
    }
  }

  /** Each topic whose figures are not what they were is an event. What can't be read is left to the next time. */
  async #read(): Promise<void> {
    try {
      const { dead_letters, deliveries, jobs } = await readFigures(
        openDatabase(this.env.DB, noCost()),
        systemClock.now(),
      );
      const shownJobs = { ...jobs, oldest_queued_at: isoTime(jobs.oldest_queued_at) };
      this.#tellChanges({
        jobs: shownJobs,
        deliveries,
        dead_letters,
        sockets: { monitoring: this.#audience.size },
      });
    } catch (error) {
      consoleLog().error("figures not read", { error });
    }
  }

  #tellChanges(figures: Figures): void {
    const { kv } = this.ctx.storage;
    const known = kv.get<Figures>(FIGURES);
    const changed = TOPICS.filter(
      (topic) => JSON.stringify(known?.[topic]) !== JSON.stringify(figures[topic]),
    );
    if (changed.length === 0) return;
    const at = systemClock.now();
    const events = this.ctx.storage.transactionSync(() => {
      kv.put(FIGURES, figures);
      return changed.map((topic) => this.#log.append({ topic, figures: figures[topic] }, at));
    });
    for (const event of events) this.#audience.tell(frameOf(event));
  }
}
