import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Unit } from "../../../src/modules/access/quota-blocks.ts";
import { dayOf, monthOf } from "../../../src/modules/access/quota-policy.ts";
import {
  callsTaken,
  ledgerInMemory,
  MapQuotas,
  newClock,
  newDeskId,
  newIsolate,
  useCalls,
} from "../../support/quotas.ts";

const HOUR_MS = 3_600_000;
const parallel = async <T>(times: number, work: (n: number) => Promise<T>): Promise<T[]> =>
  await Promise.all(Array.from({ length: times }, (_, n) => work(n)));
const granted = (units: (Unit | undefined)[]): Unit[] => units.filter((unit) => unit !== undefined);

describe("with one call left in the month", () => {
  it("50 at once in two isolates get exactly one", async () => {
    const [desk, clock] = [newDeskId(), newClock()];
    await useCalls(desk, 999);
    const isolates = [newIsolate(clock), newIsolate(clock)] as const;
    const units = await parallel(50, (n) => isolates[n % 2 === 0 ? 0 : 1].take(desk, 1_000));
    expect(granted(units)).toHaveLength(1);
    expect(await callsTaken(desk)).toBe(1_000);
  });

  it("a call that fails leaves it to another isolate", async () => {
    const [desk, clock] = [newDeskId(), newClock()];
    await useCalls(desk, 999);
    const [one, other] = [newIsolate(clock), newIsolate(clock)];
    const unit = await one.take(desk, 1_000);
    expect(await other.take(desk, 1_000)).toBeUndefined();
    unit?.end(false);
    unit?.end(false);
    await one.settled();
    expect(granted(await parallel(10, () => other.take(desk, 1_000)))).toHaveLength(1);
    expect(await one.take(desk, 1_000)).toBeUndefined();
  });
});

describe("an isolate", () => {
  it("asks the ledger for few of many calls, and for each of few", async () => {
    const [desk, clock] = [newDeskId(), newClock()];
    const busy = newIsolate(clock);
    for (let n = 0; n < 2_000; n += 1) {
      (await busy.take(desk, 100_000))?.end(true);
      clock.at += 2;
    }
    expect(busy.platform.cost.durable_object_calls).toBeLessThan(25);
    const calm = newIsolate(clock);
    for (let n = 0; n < 5; n += 1) {
      (await calm.take(desk, 100_000))?.end(true);
      clock.at += 5_000;
    }
    expect(calm.platform.cost.durable_object_calls).toBe(5);
    const held = (await callsTaken(desk)) - 2_005;
    expect(held).toBeGreaterThanOrEqual(0);
    expect(held).toBeLessThanOrEqual(500);
  });

  it("that dies at any moment wastes a hundredth of the month at most", async () => {
    const [desk, clock, limit] = [newDeskId(), newClock(), 1_000];
    const record = new MapQuotas();
    const { ledger } = ledgerInMemory(record, clock);
    const isolate = newIsolate(clock, ledger);
    for (let used = 1; used <= 900; used += 1) {
      (await isolate.take(desk, limit))?.end(true);
      const wasted = record.taken("calls_per_month", monthOf(dayOf(clock.at))) - used;
      expect(wasted).toBeLessThanOrEqual(limit / 100);
    }
  });

  it("leases one block ahead for many calls that find none at once", async () => {
    const [desk, clock, limit] = [newDeskId(), newClock(), 10_000];
    const record = new MapQuotas();
    const { calls, ledger } = ledgerInMemory(record, clock);
    const isolate = newIsolate(clock, ledger);
    for (let round = 1; round <= 20; round += 1) {
      for (const unit of granted(await parallel(50, () => isolate.take(desk, limit)))) unit.end(true);
      const wasted = record.taken("calls_per_month", monthOf(dayOf(clock.at))) - 50 * round;
      expect(wasted).toBeLessThanOrEqual(limit / 100);
    }
    expect(calls()).toBeLessThan(500);
  });

  it("gives back what it leased in a rush with its first call after it", async () => {
    const [desk, clock] = [newDeskId(), newClock()];
    const isolate = newIsolate(clock);
    for (let n = 0; n < 300; n += 1) (await isolate.take(desk, 100_000))?.end(true);
    expect(await callsTaken(desk)).toBeGreaterThan(300);
    clock.at += 11_000;
    (await isolate.take(desk, 100_000))?.end(true);
    (await isolate.take(desk, 100_000))?.end(true);
    expect(await callsTaken(desk)).toBeLessThanOrEqual(302 + 32);
  });

  it("uses a failed call's unit again from a larger block", async () => {
    const [desk, clock] = [newDeskId(), newClock()];
    const { ledger } = ledgerInMemory(new MapQuotas(), clock);
    const isolate = newIsolate(clock, ledger);
    for (let n = 0; n < 15; n += 1) (await isolate.take(desk, 100_000))?.end(true);
    const unit = await isolate.take(desk, 100_000);
    const before = unit?.remaining;
    unit?.end(false);
    unit?.end(true);
    expect((await isolate.take(desk, 100_000))?.remaining).toBe(before);
  });

  it("obeys a new plan with its next call, upwards and downwards", async () => {
    const [desk, clock] = [newDeskId(), newClock()];
    await useCalls(desk, 999);
    const isolate = newIsolate(clock);
    (await isolate.take(desk, 1_000))?.end(true);
    expect(await isolate.take(desk, 1_000)).toBeUndefined();
    for (let n = 0; n < 100; n += 1) (await isolate.take(desk, 10_000))?.end(true);
    expect(await isolate.take(desk, 10_000)).toBeDefined();
    expect(await isolate.take(desk, 1_000)).toBeUndefined();
    expect(await isolate.take(desk, null)).toBeDefined();
  });

  it("takes nothing from the old month's block in the new one, and may end a call there", async () => {
    const clock = newClock(Date.parse("2028-02-29T23:59:59.990Z"));
    const record = new MapQuotas();
    const { ledger } = ledgerInMemory(record, clock);
    const [desk, isolate] = [newDeskId(), newIsolate(clock, ledger)];
    for (let n = 0; n < 20; n += 1) (await isolate.take(desk, 10_000))?.end(true);
    const late = await isolate.take(desk, 10_000);
    clock.at += 20;
    for (let n = 0; n < 3; n += 1) (await isolate.take(desk, 10_000))?.end(true);
    late?.end(false);
    await isolate.settled();
    expect(record.taken("calls_per_month", "2028-02")).toBe(20);
    expect(record.taken("calls_per_month", "2028-02-29")).toBe(20);
    isolate.blocks.release(desk, "calls_per_month").forEach((one) => void ledger.settle([one]));
    await Promise.resolve();
    expect(record.taken("calls_per_month", "2028-03")).toBe(3);
  });

  it("counts on where the clock jumps back over a month's border", async () => {
    const clock = newClock(Date.parse("2026-12-01T00:00:05Z"));
    const record = new MapQuotas();
    const { ledger } = ledgerInMemory(record, clock);
    const [desk, isolate] = [newDeskId(), newIsolate(clock, ledger)];
    for (const jump of [0, -10_000, 10_000, -10_000, -HOUR_MS, 2 * HOUR_MS]) {
      clock.at += jump;
      (await isolate.take(desk, 2))?.end(true);
    }
    expect(record.taken("calls_per_month", "2026-11")).toBe(2);
    expect(record.taken("calls_per_month", "2026-12")).toBe(2);
  });

  it("is not held up by a request that was cut while it leased, and soon leases ahead again", async () => {
    const clock = newClock();
    const record = new MapQuotas();
    const { ledger } = ledgerInMemory(record, clock);
    let hang = false;
    const lease: typeof ledger.lease = (...order) =>
      hang ? new Promise(() => undefined) : ledger.lease(...order);
    const [desk, isolate] = [newDeskId(), newIsolate(clock, { ...ledger, lease })];
    for (let n = 0; n < 3; n += 1) (await isolate.take(desk, 100_000))?.end(true);
    hang = true;
    void isolate.take(desk, 100_000);
    hang = false;
    expect(granted(await parallel(5, () => isolate.take(desk, 100_000)))).toHaveLength(5);
    clock.at += 1_000;
    for (let n = 0; n < 2; n += 1) (await isolate.take(desk, 100_000))?.end(true);
    expect(record.taken("calls_per_month", monthOf(dayOf(clock.at)))).toBeGreaterThan(3 + 5 + 2);
  });
});

type Step =
  | { do: "take"; isolate: number; times: number }
  | { do: "end"; unit: number; kept: boolean }
  | { do: "lose"; isolate: number }
  | { do: "release"; isolate: number }
  | { do: "wait"; ms: number };

const isolate = fc.nat(2);
const takes = fc.record({ do: fc.constant("take" as const), isolate, times: fc.integer({ min: 1, max: 8 }) });
const ends = fc.record({ do: fc.constant("end" as const), unit: fc.nat(200), kept: fc.boolean() });
const releases = fc.record({ do: fc.constant("release" as const), isolate });
const loses = fc.record({ do: fc.constant("lose" as const), isolate });
const waits = (max: number, min = 0) =>
  fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min, max }) });

/** Isolates over one ledger, whose calls overlap; tells how many units of each month were in somebody's hands at most. */
async function play(limit: number, steps: Step[]) {
  const clock = newClock(Date.parse("2026-11-30T23:00:00Z"));
  const record = new MapQuotas();
  const { ledger } = ledgerInMemory(record, clock);
  const desk = newDeskId();
  const isolates = [0, 1, 2].map(() => newIsolate(clock, ledger));
  const open: { unit: Unit; month: string }[] = [];
  const kept = new Map<string, number>();
  const add = (month: string, units: number) => kept.set(month, (kept.get(month) ?? 0) + units);
  for (const one of steps) {
    if (one.do === "wait") clock.at += one.ms;
    else if (one.do === "end") {
      const [ended] = open.splice(one.unit % Math.max(1, open.length), 1);
      ended?.unit.end(one.kept);
      ended?.unit.end(!one.kept);
      if (ended && !one.kept) add(ended.month, -1);
    } else if (one.do === "lose") isolates[one.isolate] = newIsolate(clock, ledger);
    else if (one.do === "release") {
      await ledger.settle(isolates[one.isolate]?.blocks.release(desk, "calls_per_month") ?? []);
    } else {
      const month = monthOf(dayOf(clock.at));
      const units = granted(
        await parallel(one.times, async () => await isolates[one.isolate]?.take(desk, limit)),
      );
      for (const unit of units) open.push({ unit, month });
      add(month, units.length);
    }
    for (const [month, count] of kept) {
      expect(count).toBeLessThanOrEqual(limit);
      expect(record.taken("calls_per_month", month)).toBeGreaterThanOrEqual(count);
    }
  }
  return { clock, desk, isolates, kept, ledger, open, record };
}

describe("isolates together", () => {
  it("never do more than the month gives, whoever fails, dies, settles or has a clock that jumps", async () => {
    const step = fc.oneof(takes, takes, ends, ends, releases, loses, waits(3 * HOUR_MS, -3 * HOUR_MS));
    const steps = fc.array(step, { maxLength: 50 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), steps, async (limit, told) => {
        await play(limit, told);
      }),
      { numRuns: 500 },
    );
  });

  it("waste nothing while none of them dies: what was kept is what was counted, and the rest can be had", async () => {
    const steps = fc.array(fc.oneof(takes, takes, ends, releases, waits(5_000)), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 300 }), steps, async (limit, told) => {
        const { clock, desk, isolates, kept, ledger, open, record } = await play(limit, told);
        for (const { unit } of open) unit.end(true);
        for (const one of isolates) {
          await one.settled();
          await ledger.settle(one.blocks.release(desk, "calls_per_month"));
        }
        const month = monthOf(dayOf(clock.at));
        const count = kept.get(month) ?? 0;
        expect(record.taken("calls_per_month", month)).toBe(count);
        expect((await isolates[0]?.take(desk, limit)) === undefined).toBe(count >= limit);
      }),
      { numRuns: 300 },
    );
  });
});
