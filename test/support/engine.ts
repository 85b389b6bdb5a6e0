import { createExecutionContext, createMessageBatch, waitOnExecutionContext } from "cloudflare:test";
import { vi } from "vitest";
import { z } from "zod";
import { consumeJobs } from "../../src/modules/jobs/consume.ts";
import type { Steerer } from "../../src/modules/jobs/control.ts";
import { defineJob, type JobDefinition, type Slice } from "../../src/modules/jobs/define.ts";
import type { Job } from "../../src/modules/jobs/job.ts";
import { type JobMessage, parseMessage } from "../../src/modules/jobs/message.ts";
import type { Priority } from "../../src/modules/jobs/policy.ts";
import { openPlatform } from "../../src/platform/platform.ts";
import type { Account } from "./desk.ts";
import { type TestEnv, testEnv } from "./env.ts";
import { deskOf } from "./jobs.ts";
import { testPlatform } from "./platform.ts";

export interface Sent {
  priority: Priority;
  message: JobMessage;
}

/** Catches what is put on the queues of jobs, in its order, until the mocks are restored; nothing runs by itself. */
export function caughtMessages(): Sent[] {
  const sent: Sent[] = [];
  const queues: Record<Priority, Queue> = {
    critical: testEnv.JOBS_CRITICAL,
    high: testEnv.JOBS_HIGH,
    normal: testEnv.JOBS_NORMAL,
    low: testEnv.JOBS_LOW,
  };
  for (const priority of ["critical", "high", "normal", "low"] as const) {
    vi.spyOn(queues[priority], "send").mockImplementation(async (body) => {
      const message = parseMessage(body);
      if (message === undefined) throw new Error(`no message: ${JSON.stringify(body)}`);
      sent.push({ priority, message });
      return { metadata: { metrics: { backlogBytes: 0, backlogCount: 0 } } };
    });
  }
  return sent;
}

/** Hands one message to the consumer of jobs of these types, and waits for what it deferred. */
export async function consume(
  definitions: JobDefinition[],
  { message, priority }: Sent,
  env: TestEnv = testEnv,
): Promise<void> {
  const one = { id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body: message };
  const ctx = createExecutionContext();
  const platform = openPlatform(env, (work) => ctx.waitUntil(work));
  await consumeJobs(platform, definitions, createMessageBatch(`jobs-${priority}`, [one]));
  await waitOnExecutionContext(ctx);
}

/** Hands over one message after the other, with those that they bring, until none is left. */
export async function consumeAll(
  definitions: JobDefinition[],
  sent: Sent[],
  env: TestEnv = testEnv,
): Promise<void> {
  for (let next = sent.shift(); next !== undefined; next = sent.shift())
    await consume(definitions, next, env);
}

/** Somebody who steers without a request. */
export const steererOf = (account: Account): Steerer => ({
  ...testPlatform(),
  desk: deskOf(account),
  actor: account.user_id,
});

export const COUNT = "tests.count";
type Count = Slice<unknown, number>;

/** A job that counts to ten with a checkpoint after each step; `step` comes before that. */
export const countJob = (step: (n: number, slice: Count) => Promise<void> | void): JobDefinition =>
  defineJob({
    type: COUNT,
    input: z.unknown(),
    checkpoint: z.number(),
    async run(slice) {
      for (let n = (slice.resumed ?? 0) + 1; n <= 10; n += 1) {
        await step(n, slice);
        await slice.checkpoint(n, { phase: "counting", fraction: n / 10, message: `${n}`, counters: { n } });
        if (n < 10 && slice.exhausted()) return "yield";
      }
      return { done: { n: 10 } };
    },
    partial: async (_, n) => ({ n }),
  });

/** The job's row, as the API shows it. */
export async function rowOf({ id }: Pick<Job, "id">) {
  const row = await testEnv.DB.prepare(
    "SELECT status, requested, progress, result, error FROM jobs WHERE id = ?",
  )
    .bind(id)
    .first<{
      status: string;
      requested: string | null;
      progress: string;
      result: string | null;
      error: string | null;
    }>();
  if (row === null) throw new Error(`no job ${id}`);
  return {
    ...row,
    progress: JSON.parse(row.progress),
    result: JSON.parse(row.result ?? "null"),
    error: JSON.parse(row.error ?? "null"),
  };
}

/** The actions on a target in the audit log, the oldest first. */
export async function actionsOn(target: string): Promise<string[]> {
  const rows = await testEnv.DB.prepare("SELECT action FROM audit_log WHERE target = ? ORDER BY at, id")
    .bind(target)
    .all<{ action: string }>();
  return rows.results.map(({ action }) => action);
}
