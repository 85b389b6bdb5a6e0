import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { testEnv } from "../support/env.ts";
import type { Chance } from "./chance.ts";

const QUEUES = {
  JOBS_CRITICAL: "jobs-critical",
  JOBS_HIGH: "jobs-high",
  JOBS_NORMAL: "jobs-normal",
  JOBS_LOW: "jobs-low",
  DELIVERIES: "deliveries",
} as const;
const MAX_RETRIES: Record<string, number> = { deliveries: 10, "jobs-dead": 10 };
/** Seconds of a consumer's delay pass as tenths of seconds here. */
const DELAYED_MS = 100;

const RATES = { lost: 0.01, duplicated: 0.05, send: 0.01 };

interface Waiting {
  queue: string;
  body: unknown;
  attempts: number;
  due_at: number;
}

type Consume = (batch: MessageBatch, ctx: ExecutionContext) => Promise<void>;

/**
 * Queues that lose, duplicate and reorder, in place of the Worker's own: any message that is due may come next, some
 * come twice, some never, and some can't be sent.
 */
export class WildQueues {
  readonly struck = { lost: 0, duplicated: 0, send: 0, dead: 0 };
  handled = 0;
  readonly #chance: Chance;
  readonly #consume: Consume;
  readonly #waiting: Waiting[] = [];
  #restore: (() => void)[] = [];
  #busy = 0;

  constructor(chance: Chance, consume: Consume) {
    this.#chance = chance;
    this.#consume = consume;
  }

  begin(): void {
    for (const [binding, queue] of Object.entries(QUEUES)) {
      const target: object = Reflect.get(testEnv, binding);
      Reflect.set(target, "send", async (body: unknown) => this.#put(queue, body));
      Reflect.set(target, "sendBatch", async (messages: Iterable<{ body: unknown }>) => {
        for (const { body } of messages) this.#put(queue, body);
      });
      this.#restore.push(() => {
        Reflect.deleteProperty(target, "send");
        Reflect.deleteProperty(target, "sendBatch");
      });
    }
  }

  end(): void {
    for (const restore of this.#restore) restore();
    this.#restore = [];
  }

  get size(): number {
    return this.#waiting.length + this.#busy;
  }

  #put(queue: string, body: unknown): void {
    if (this.#chance.hits(RATES.send)) {
      this.struck.send += 1;
      throw new Error("chaos: a queue failed");
    }
    const message = { queue, body: structuredClone(body), attempts: 0, due_at: performance.now() };
    if (this.#chance.hits(RATES.lost)) {
      this.struck.lost += 1;
      return;
    }
    this.#waiting.push(message);
    if (!this.#chance.hits(RATES.duplicated)) return;
    this.struck.duplicated += 1;
    this.#waiting.push({ ...message, due_at: performance.now() + this.#chance.below(3_000) });
  }

  /** Handles one message of those that are due; false where there is none. */
  async handleOne(): Promise<boolean> {
    const now = performance.now();
    const due = this.#waiting.filter(({ due_at }) => due_at <= now);
    const next = this.#chance.take(due);
    if (next === undefined) return false;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.#busy += 1;
    try {
      await this.#handle(next);
    } finally {
      this.#busy -= 1;
    }
    return true;
  }

  async #handle(message: Waiting): Promise<void> {
    this.handled += 1;
    const attempts = message.attempts + 1;
    const batch = createMessageBatch(message.queue, [
      { id: crypto.randomUUID(), timestamp: new Date(), attempts, body: message.body },
    ]);
    const ctx = createExecutionContext();
    await this.#consume(batch, ctx);
    const { retryMessages } = await getQueueResult(batch, ctx);
    for (const { delaySeconds = 0 } of retryMessages) {
      const due_at = performance.now() + delaySeconds * DELAYED_MS;
      if (attempts <= (MAX_RETRIES[message.queue] ?? 5)) this.#waiting.push({ ...message, attempts, due_at });
      else this.#bury(message);
    }
  }

  #bury(message: Waiting): void {
    this.struck.dead += 1;
    this.#waiting.push({ ...message, queue: "jobs-dead", attempts: 0, due_at: performance.now() });
  }
}
