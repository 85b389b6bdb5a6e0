import { evictDurableObject } from "cloudflare:test";
import { deliveries } from "../../src/deliveries.ts";
import { jobTypes } from "../../src/job-types.ts";
import { consumeDeliveries, isDeliveryQueue } from "../../src/modules/delivery/consume.ts";
import { consumeJobs, keepDeadLetter } from "../../src/modules/jobs/consume.ts";
import { newJob, sendJob } from "../../src/modules/jobs/create.ts";
import type { Job } from "../../src/modules/jobs/job.ts";
import { ACTIONS } from "../../src/modules/jobs/lease.ts";
import { PRIORITIES } from "../../src/modules/jobs/policy.ts";
import { roomOf } from "../../src/modules/jobs/rooms.ts";
import { insertJob } from "../../src/modules/jobs/store.ts";
import { runTimers } from "../../src/modules/operations/sweep.ts";
import { runBatch } from "../../src/platform/database.ts";
import { isId } from "../../src/platform/ids.ts";
import { openPlatform } from "../../src/platform/platform.ts";
import type { Account } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";
import { testPlatform } from "../support/platform.ts";
import type { Chance } from "./chance.ts";
import { WildQueues } from "./queues.ts";
import { stepsJob } from "./steps-job.ts";
import { Weather } from "./weather.ts";
import { pausedJobs, working } from "./wholeness.ts";

/** Messages that are handled at once; the rooms and turnstiles behind them are real. */
const CONSUMERS = 48;
const TIMER_AHEAD_MS = 120_000;

/** A desk's jobs in a storm: what was asked for, and everything that strikes meanwhile. */
export class Storm {
  readonly weather: Weather;
  readonly queues: WildQueues;
  readonly jobs: Job[] = [];
  readonly types = [...jobTypes, stepsJob];
  readonly #chance: Chance;
  readonly #desks: Account[];

  constructor(chance: Chance, desks: Account[]) {
    this.#chance = chance;
    this.#desks = desks;
    this.weather = new Weather(chance);
    this.queues = new WildQueues(chance, async (batch, ctx) => {
      const platform = openPlatform(testEnv, (work) => ctx.waitUntil(work));
      if (isDeliveryQueue(batch.queue)) await consumeDeliveries(platform, deliveries, keepDeadLetter, batch);
      else await consumeJobs(platform, this.types, batch);
    });
  }

  begin(): void {
    this.queues.begin();
    this.weather.begin();
  }

  end(): void {
    this.weather.end();
    this.queues.end();
  }

  /** Asks for one job as a mutation does: its rows in one batch, and then a ticket, which may fail. */
  async ask(): Promise<Job | undefined> {
    const account = this.#desks[this.#chance.below(this.#desks.length)];
    const desk = account?.desk_id ?? "";
    if (account === undefined || !isId("dsk", desk)) throw new Error("no desk");
    const steps = 1 + this.#chance.below(4);
    const input = { steps, fails: this.#chance.hits(0.07), write: this.#chance.hits(0.2) };
    const priority = PRIORITIES[this.#chance.below(PRIORITIES.length)] ?? "normal";
    const job = newJob({
      desk,
      kind: stepsJob,
      input,
      priority,
      created_by: account.user_id,
      now: Date.now(),
    });
    const { db } = testPlatform();
    if (!(await persist(() => runBatch(db, ...insertJob(db, job))))) return undefined;
    this.jobs.push(job);
    await sendJob({ ...testPlatform(), plan: "enterprise" }, job).catch(() => {});
    return job;
  }

  /** Steers one of the jobs of late somehow; what it pauses is resumed by `calm`. */
  async steer(): Promise<void> {
    const job = this.jobs[this.jobs.length - 1 - this.#chance.below(Math.min(50, this.jobs.length))];
    const action = ACTIONS[this.#chance.below(ACTIONS.length)];
    if (job === undefined || action === undefined) return;
    await roomOf(testPlatform(), job.desk_id, job.id)
      .control(action, null)
      .catch(() => {});
  }

  /** Takes an object out of memory in the middle of whatever it does. */
  async evict(): Promise<void> {
    const job = this.jobs[this.jobs.length - 1 - this.#chance.below(Math.min(50, this.jobs.length))];
    if (job === undefined) return;
    const turnstile = this.#chance.hits(0.2);
    const stub = turnstile
      ? testEnv.DESK_TURNSTILE.getByName(job.desk_id)
      : testEnv.JOB_ROOM.getByName(`${job.desk_id}/${job.id}`);
    await evictDurableObject(stub).catch(() => {});
    this.weather.struck.evicted += 1;
  }

  /** The cron, whose clock is ahead: it takes for overdue what has only just been written. */
  async timers(): Promise<void> {
    const platform = testPlatform();
    const clock = { now: () => Date.now() + TIMER_AHEAD_MS };
    await runTimers({ ...platform, clock }, this.types, "* * * * *");
    await Promise.allSettled(platform.deferred);
  }

  /** Handles messages until nobody wants more. */
  async consume(until: () => boolean): Promise<void> {
    const consumer = async () => {
      while (!until()) {
        if (!(await this.queues.handleOne())) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    await Promise.all(Array.from({ length: CONSUMERS }, consumer));
  }

  /** Waits while as many jobs or more are at work or about to be; what was paused is resumed now and then. */
  async untilFewerThan(limit: number): Promise<void> {
    for (let round = 1; ; round += 1) {
      const live = await working().catch(() => limit);
      if (live < limit) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (round % 40 === 0) await this.timers().catch(() => {});
      if (round % 100 === 0) await this.resumeAll().catch(() => {});
    }
  }

  async resumeAll(): Promise<void> {
    for (const { desk_id, id } of await pausedJobs())
      await roomOf(testPlatform(), desk_id, id).control("resume", null);
  }
}

/** Tries again what the weather broke, and tells whether it may have been written. */
async function persist(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch {
    return false;
  }
}
