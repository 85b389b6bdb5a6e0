import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { settingsOf } from "../../../src/env.ts";
import { PRIORITIES, type Priority } from "../../../src/modules/jobs/policy.ts";
import type { DeskTurnstile } from "../../../src/modules/jobs/turnstile.ts";
import { SLICES_WITHIN } from "../../../src/modules/jobs/turnstile-policy.ts";
import { turnstileOf } from "../../../src/modules/jobs/turnstiles.ts";
import { type DeskId, type JobId, newId } from "../../../src/platform/ids.ts";
import { newAccount } from "../../support/desk.ts";
import { caughtMessages, type Sent } from "../../support/engine.ts";
import { testEnv } from "../../support/env.ts";
import { insertJobLike, leased, roomFor } from "../../support/jobs.ts";
import { testPlatform } from "../../support/platform.ts";

const { JOB_CONSUMERS, JOB_LEASE_MS } = settingsOf(testEnv);

let sent: Sent[];
beforeEach(() => {
  sent = caughtMessages();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

interface Wanted {
  priority?: Priority;
  type?: string;
  at_once?: number | null;
  started?: boolean;
}

/** The turnstile of a desk that nobody has used yet. */
function newTurnstile(slots: number) {
  const desk: DeskId = newId("dsk");
  const turnstile = turnstileOf(testPlatform(), desk);
  const enter = async (job_id: JobId = newId("job"), wanted: Wanted = {}) => {
    const { at_once = null, priority = "normal", started = false, type = "tests.any" } = wanted;
    await turnstile.enter({ job_id, type, at_once, priority, started }, slots);
    return job_id;
  };
  const leave = (job_id: string) => turnstile.leave(job_id);
  const giveBack = (job_id: string, grant: number) => turnstile.giveBack(job_id, grant);
  return { desk, enter, leave, giveBack, stub: testEnv.DESK_TURNSTILE.getByName(desk) };
}

const jobOf = ({ message }: Sent) => message.job_id;
const grantOf = (one: Sent | undefined) => (one?.message.type === "job.run" ? one.message.grant : 0);
const jobs = () => sent.map(jobOf);

describe("a desk's turnstile", () => {
  it("lets a low job start among the next slices under a flood of critical ones", async () => {
    const { enter, leave } = newTurnstile(2);
    for (let n = 0; n < 6; n += 1) await enter(undefined, { priority: "critical" });
    const low = await enter(undefined, { priority: "low" });
    for (let at = 0; !jobs().includes(low); at += 1) {
      const done = sent[at];
      if (done === undefined) throw new Error("the turnstile grants nothing more");
      await enter(undefined, { priority: "critical" });
      await leave(jobOf(done));
    }
    expect(jobs().indexOf(low)).toBeLessThanOrEqual(SLICES_WITHIN);
  });

  it("has never more granted than slots, nor more in a queue than that has consumers, nor more of a type than it may", async () => {
    const ops = fc.array(
      fc.record({
        enters: fc.boolean(),
        priority: fc.constantFrom(...PRIORITIES),
        few: fc.boolean(),
        which: fc.nat(),
      }),
      { minLength: 30, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(ops, fc.integer({ min: 1, max: 25 }), async (steps, slots) => {
        sent.length = 0;
        const { enter, leave } = newTurnstile(slots);
        const left = new Set<string>();
        const few = new Set<string>();
        for (const step of steps) {
          const out = sent.filter((one) => !left.has(jobOf(one)));
          if (step.enters || out.length === 0) {
            const limits = step.few ? { type: "tests.few", at_once: 2 } : {};
            // The job's messages are sent before the call returns, so it must be known before.
            const id = newId("job");
            if (step.few) few.add(id);
            await enter(id, { priority: step.priority, ...limits });
          } else {
            const gone = out[step.which % out.length];
            if (gone === undefined) continue;
            left.add(jobOf(gone));
            await leave(jobOf(gone));
          }
          const now = sent.filter((one) => !left.has(jobOf(one)));
          expect(now.length).toBeLessThanOrEqual(slots);
          expect(now.filter((one) => few.has(jobOf(one))).length).toBeLessThanOrEqual(2);
          for (const priority of PRIORITIES) {
            const queued = now.filter((one) => one.priority === priority).length;
            expect(queued).toBeLessThanOrEqual(JOB_CONSUMERS);
          }
        }
      }),
      { numRuns: 4 },
    );
  });

  it("frees the slot of a job that leaves, for the next in line", async () => {
    const { enter, leave } = newTurnstile(1);
    const [a, b] = [await enter(), await enter()];
    expect(jobs()).toEqual([a]);
    await leave(a);
    expect(jobs()).toEqual([a, b]);
  });

  it("keeps the place of a job that asks twice, and puts one that had its slice behind the others", async () => {
    const { enter, leave } = newTurnstile(1);
    const [a, b, c] = [await enter(), await enter(), await enter()];
    await enter(b);
    await leave(a);
    await enter(b);
    await enter(b);
    expect(jobs()).toEqual([a, b, c]);
  });

  it("lets what has begun go on before anything else of its priority begins", async () => {
    const { enter, leave } = newTurnstile(1);
    const [a, , c] = [await enter(), await enter(), await enter(undefined, { started: true })];
    await leave(a);
    expect(jobs()).toEqual([a, c]);
  });

  it("takes a grant back that came to nothing, but not what the job was granted since", async () => {
    const { enter, giveBack } = newTurnstile(1);
    const a = await enter();
    const first = grantOf(sent[0]);
    await enter(a);
    expect(jobs()).toEqual([a, a]);
    expect(grantOf(sent[1])).toBeGreaterThan(first);
    const b = await enter();
    await giveBack(a, first);
    expect(jobs()).toEqual([a, a]);
    await giveBack(a, grantOf(sent[1]));
    expect(jobs()).toEqual([a, a, b]);
  });

  it("sends a lost message again with the same grant, after longer and longer", async () => {
    const { enter, stub } = newTurnstile(1);
    const a = await enter();
    const began = Date.now();
    vi.useFakeTimers({ toFake: ["Date"] });
    const alarmAfter = async (ms: number) => {
      vi.setSystemTime(began + ms);
      await runDurableObjectAlarm(stub);
      return sent.length;
    };
    expect(await alarmAfter(JOB_LEASE_MS)).toBe(1);
    expect(await alarmAfter(3 * JOB_LEASE_MS)).toBe(2);
    expect(await alarmAfter(5 * JOB_LEASE_MS)).toBe(2);
    expect(await alarmAfter(9 * JOB_LEASE_MS)).toBe(3);
    expect(jobs()).toEqual([a, a, a]);
    expect(new Set(sent.map(grantOf)).size).toBe(1);
  });

  it("sends later what no queue would take", async () => {
    const { enter, stub } = newTurnstile(1);
    vi.spyOn(testEnv.JOBS_NORMAL, "send").mockRejectedValueOnce(new Error("the queue is away"));
    const a = await enter();
    expect(sent).toEqual([]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6_000 });
    await runDurableObjectAlarm(stub);
    expect(jobs()).toEqual([a]);
  });

  it("forgets nothing when it is evicted", async () => {
    const { enter, leave, stub } = newTurnstile(1);
    const [a, b] = [await enter(), await enter()];
    await evictDurableObject(stub);
    await leave(a);
    expect(jobs()).toEqual([a, b]);
  });
});

it("delays another desk's first job by no more than a slice per consumer, however many wait on this one", async () => {
  const [busy, quiet] = [newTurnstile(25), newTurnstile(2)];
  await runInDurableObject(busy.stub, async (instance) => {
    const turnstile = instance as DeskTurnstile;
    const like = { type: "tests.any", at_once: null, priority: "normal" as const, started: false };
    for (let n = 0; n < 1_000; n += 1) await turnstile.enter({ ...like, job_id: newId("job") }, 25);
  });
  const first = await quiet.enter();
  expect(jobs().indexOf(first)).toBeLessThanOrEqual(JOB_CONSUMERS);
  expect(sent.length).toBe(JOB_CONSUMERS + 1);
});

it("starts nothing for a copy of a grant, while its slice runs or after it", async () => {
  const job = await insertJobLike(await newAccount(), {});
  const { lease } = await leased(job, 7);
  expect(await roomFor(job).lease(7)).toEqual({ refused: "leased" });
  expect(await roomFor(job).yield(lease)).toBe("go_on");
  expect(await roomFor(job).lease(7)).toEqual({ refused: "stale" });
  expect(await roomFor(job).lease(6)).toEqual({ refused: "stale" });
  await leased(job, 8);
});
