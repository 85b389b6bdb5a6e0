import { beforeEach, describe, expect, it, vi } from "vitest";
import { noCost } from "../../src/platform/cost.ts";
import { testEnv } from "../support/env.ts";

const HOUR_MS = 3_600_000;
const START = 1_000 * HOUR_MS;

/** A counter in an isolate of its own, over the one KV that all isolates share. */
async function newIsolate(kv: KVNamespace = testEnv.RATE_LIMITS) {
  vi.resetModules();
  const { RateCounter } = await import("../../src/platform/rate-counter.ts");
  const clock = { at: START, now: () => clock.at };
  const deferred: Promise<unknown>[] = [];
  const cost = noCost();
  const counter = new RateCounter(kv, clock, cost, (work) => deferred.push(work));
  const settled = async () => await Promise.all(deferred);
  return {
    clock,
    cost,
    settled,
    /** Hits so many times at this moment; answers the count that the last one saw. */
    async hit(name: string, times = 1, limit = 100) {
      let used = 0;
      for (let n = 0; n < times; n += 1) used = (await counter.hit(name, limit, HOUR_MS)).used;
      await settled();
      return used;
    },
  };
}

let name: string;
beforeEach(() => {
  name = `general:usr_${crypto.randomUUID()}`;
});

async function inStore(): Promise<number> {
  const { keys } = await testEnv.RATE_LIMITS.list({ prefix: name });
  const values = await Promise.all(keys.map((key) => testEnv.RATE_LIMITS.get(key.name)));
  return values.reduce((sum, value) => sum + Number(value), 0);
}

describe("the counter behind the limits", () => {
  it("writes a key at most once a second, and loses nothing by that", async () => {
    const isolate = await newIsolate();
    for (let tenth = 0; tenth < 50; tenth += 1) {
      expect(await isolate.hit(name)).toBe(tenth + 1);
      isolate.clock.at += 100;
    }
    expect(isolate.cost.kv_writes).toBeLessThanOrEqual(5);
    isolate.clock.at += 1_000;
    expect(await isolate.hit(name)).toBe(51);
    expect(await inStore()).toBe(51);
  });

  it("writes nothing while little of a large limit is used, and reads once", async () => {
    const isolate = await newIsolate();
    await isolate.hit(name, 1, 1_000_000);
    const before = isolate.cost.kv_writes;
    for (let n = 0; n < 9; n += 1) {
      isolate.clock.at += 1_000;
      await isolate.hit(name, 10, 1_000_000);
    }
    expect(isolate.cost.kv_writes).toBe(before);
  });

  it("writes what is pending after ten seconds at the latest", async () => {
    const isolate = await newIsolate();
    await isolate.hit(name, 5, 1_000_000);
    isolate.clock.at += 10_000;
    await isolate.hit(name, 1, 1_000_000);
    expect(await inStore()).toBe(6);
  });

  it("goes on in another isolate where this one has come to", async () => {
    const first = await newIsolate();
    await first.hit(name, 40);
    first.clock.at += 1_000;
    await first.hit(name);
    const second = await newIsolate();
    expect(await second.hit(name)).toBe(42);
  });

  it("sees within ten seconds what another isolate has written meanwhile", async () => {
    const first = await newIsolate();
    const second = await newIsolate();
    await first.hit(name, 3);
    await second.hit(name, 7);
    for (const isolate of [first, second]) {
      isolate.clock.at += 11_000;
      await isolate.hit(name);
    }
    first.clock.at += 11_000;
    await first.hit(name);
    expect(await first.hit(name)).toBeGreaterThanOrEqual(12);
  });

  it("counts hits at the same moment one by one", async () => {
    const isolate = await newIsolate();
    const used = await Promise.all(Array.from({ length: 20 }, () => isolate.hit(name)));
    expect(Math.max(...used)).toBe(20);
  });

  it("forgets nothing of its own while KV still gives what it had cached before", async () => {
    const stale = new Proxy(testEnv.RATE_LIMITS, {
      get: (target, name) =>
        name === "get" ? async () => new Map() : Reflect.get(target, name, target).bind(target),
    });
    const isolate = await newIsolate(stale);
    for (let second = 1; second <= 30; second += 1) {
      expect(await isolate.hit(name, 1, 10)).toBe(second);
      isolate.clock.at += 1_000;
    }
    expect(await inStore()).toBe(30);
  });

  it("begins anew with each window, and lets the old one expire", async () => {
    const isolate = await newIsolate();
    await isolate.hit(name, 5);
    const { keys } = await testEnv.RATE_LIMITS.list({ prefix: name });
    for (const key of keys) expect(key.expiration).toBeGreaterThan(0);
    isolate.clock.at += HOUR_MS;
    expect(await isolate.hit(name)).toBe(1);
  });

  it("holds a bounded number of names, however many come", async () => {
    const isolate = await newIsolate();
    const kept = await isolate.hit(name, 3);
    for (let n = 0; n < 50; n += 1) await isolate.hit(`${name}-${n}`, 1, 1_000_000);
    expect(kept).toBe(3);
    expect(await isolate.hit(name)).toBe(4);
  });
});
