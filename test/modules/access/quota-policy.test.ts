import { runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dayOf,
  daysOf,
  leaseUnits,
  type QuotaRecord,
  settleLease,
  wantedUnits,
  windowOf,
} from "../../../src/modules/access/quota-policy.ts";
import { StoredQuotas } from "../../../src/modules/access/quota-record.ts";
import { ledgerStub, MapQuotas, newDeskId } from "../../support/quotas.ts";

const HOUR_MS = 3_600_000;
const NOON = Date.parse("2026-11-24T12:00:00Z");

/** What can happen to a ledger and to those who hold its leases, in any order. */
type Step =
  | { do: "lease"; wanted: number }
  | { do: "use"; holder: number; units: number }
  | { do: "settle"; holder: number }
  | { do: "release"; holder: number }
  | { do: "lose"; holder: number }
  | { do: "wait"; ms: number };

const holder = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("lease" as const), wanted: fc.integer({ min: 1, max: 200 }) }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("use" as const), holder, units: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("settle" as const), holder }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const), holder }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), holder }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.integer({ min: -3 * HOUR_MS, max: 3 * HOUR_MS }),
    }),
  },
);
const story = fc.record({
  limit: fc.integer({ min: 1, max: 2_000 }),
  steps: fc.array(step, { maxLength: 60 }),
});

interface Holder {
  lease: string;
  free: number;
  used: number;
  told: number;
}

/** Plays a story with honest holders; at each moment nobody has more than there is, and the ledger knows of all. */
function play(record: QuotaRecord, { limit, steps }: { limit: number; steps: Step[] }): void {
  const holders: Holder[] = [];
  let now = NOON;
  let used = 0;
  for (const [at, one] of steps.entries()) {
    const held = "holder" in one ? holders[one.holder % Math.max(1, holders.length)] : undefined;
    if (one.do === "wait") now += one.ms;
    else if (one.do === "lease") {
      const order = { quota: "calls_per_month", day: "2026-11-24", limit, wanted: one.wanted } as const;
      const { lease, remaining, units } = leaseUnits(record, order, `lea_${at}`, now);
      expect(units).toBeLessThanOrEqual(Math.max(1, limit / 100));
      expect(remaining).toBe(limit - record.taken("calls_per_month", "2026-11"));
      if (units > 0) holders.push({ lease, free: units, used: 0, told: 0 });
    } else if (held === undefined) continue;
    else if (one.do === "use") {
      const some = Math.min(one.units, held.free);
      held.free -= some;
      held.used += some;
      used += some;
    } else if (one.do === "settle") {
      settleLease(record, { lease: held.lease, used: held.used - held.told, returned: held.free });
      held.told = held.used;
      held.free = 0;
    } else if (one.do === "release" && held.used > held.told) {
      // Work that failed: its unit was in use, and is not any more.
      held.used -= 1;
      used -= 1;
      settleLease(record, { lease: held.lease, used: 0, returned: 1 });
    } else if (one.do === "lose") holders.splice(holders.indexOf(held), 1);
    const taken = record.taken("calls_per_month", "2026-11");
    const free = holders.reduce((sum, each) => sum + each.free, 0);
    expect(used + free).toBeLessThanOrEqual(taken);
    expect(taken).toBeLessThanOrEqual(limit);
    expect(record.taken("calls_per_month", "2026-11-24")).toBe(taken);
  }
}

describe("a ledger", () => {
  it("never has more than the limit in anybody's hands, whoever leases, settles, fails, dies or is late", () => {
    fc.assert(
      fc.property(story, (one) => play(new MapQuotas(), one)),
      { numRuns: 2_000 },
    );
  });

  it("keeps that in SQLite as well", async () => {
    await runInDurableObject(ledgerStub(newDeskId()), (_, { storage }) => {
      const record = new StoredQuotas(storage.sql);
      fc.assert(
        fc.property(story, (one) => {
          storage.sql.exec("DELETE FROM usage; DELETE FROM leases;");
          play(record, one);
        }),
        { numRuns: 150 },
      );
    });
  });

  it("stays between nothing and the limit even where a holder lies", () => {
    const lie = fc.record({ lease: fc.nat(30), used: fc.integer(), returned: fc.integer() });
    const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 500 }), lie), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), steps, (limit, told) => {
        const record = new MapQuotas();
        for (const [at, one] of told.entries()) {
          const order = { quota: "calls_per_month", day: "2026-11-24", limit } as const;
          if (typeof one === "number") leaseUnits(record, { ...order, wanted: one }, `lea_${at}`, NOON);
          else settleLease(record, { ...one, lease: `lea_${one.lease}` });
          const taken = record.taken("calls_per_month", "2026-11");
          expect(taken).toBeGreaterThanOrEqual(0);
          expect(taken).toBeLessThanOrEqual(limit);
        }
      }),
    );
  });

  it("leases one at a time near the end, and everything in the end", () => {
    const record = new MapQuotas();
    const order = { quota: "calls_per_month", day: "2026-11-24", limit: 1_000, wanted: 500 } as const;
    const blocks: number[] = [];
    for (let n = 0; n < 2_000; n += 1) blocks.push(leaseUnits(record, order, `lea_${n}`, NOON).units);
    const granted = blocks.filter((units) => units > 0);
    expect(granted.reduce((sum, units) => sum + units)).toBe(1_000);
    expect(granted[0]).toBe(10);
    expect(granted.slice(-60)).toEqual(Array(60).fill(1));
  });

  it("writes off what an hour has not given back, and takes nothing back after that", () => {
    const record = new MapQuotas();
    const order = { quota: "calls_per_month", day: "2026-11-24", limit: 1_000, wanted: 10 } as const;
    const { lease } = leaseUnits(record, order, "lea_1", NOON);
    leaseUnits(record, { ...order, wanted: 1 }, "lea_2", NOON + HOUR_MS);
    settleLease(record, { lease, used: 0, returned: 10 });
    expect(record.taken("calls_per_month", "2026-11")).toBe(11);
    expect([...record.leases.keys()]).toEqual(["lea_2"]);
  });

  it("keeps a day's unit open to the end of its day, for a job that fails hours later", () => {
    const record = new MapQuotas();
    const order = { quota: "batch_jobs_per_day", day: "2026-11-24", limit: 10, wanted: 1 } as const;
    leaseUnits(record, order, "lea_1", NOON);
    leaseUnits(record, order, "lea_2", NOON + 11 * HOUR_MS);
    settleLease(record, { lease: "lea_1", used: 0, returned: 1 });
    expect(record.taken("batch_jobs_per_day", "2026-11-24")).toBe(1);
  });

  it("counts each day's jobs and each month's calls for themselves", () => {
    const record = new MapQuotas();
    const lease = (quota: "calls_per_month" | "batch_jobs_per_day", day: string, n: number) =>
      leaseUnits(record, { quota, day, limit: 1, wanted: 1 }, `lea_${quota}${n}`, NOON).units;
    const days = ["2026-11-29", "2026-11-30", "2026-11-30", "2026-12-01", "2026-12-02"];
    expect(days.map((day, n) => lease("calls_per_month", day, n))).toEqual([1, 0, 0, 1, 0]);
    expect(days.map((day, n) => lease("batch_jobs_per_day", day, n))).toEqual([1, 1, 0, 1, 1]);
  });

  it("refuses nobody without a limit, and counts all the same", () => {
    const record = new MapQuotas();
    const order = { quota: "calls_per_month", day: "2026-11-24", limit: null, wanted: 99_999 } as const;
    const answer = leaseUnits(record, order, "lea_1", NOON);
    expect(answer).toEqual({ lease: "lea_1", units: 10_000, remaining: null });
    expect(record.taken("calls_per_month", "2026-11")).toBe(10_000);
  });
});

describe("the size of a block", () => {
  it("is one where calls are rare, and doubles to a second's demand where they are not", () => {
    expect(wantedUnits({ size: 1, taken: 0, elapsed_ms: Number.POSITIVE_INFINITY })).toBe(1);
    expect(wantedUnits({ size: 64, taken: 10, elapsed_ms: 60_000 })).toBe(1);
    expect(wantedUnits({ size: 1, taken: 1, elapsed_ms: 5 })).toBe(2);
    expect(wantedUnits({ size: 256, taken: 256, elapsed_ms: 1_000 })).toBe(256);
    expect(wantedUnits({ size: 256, taken: 256, elapsed_ms: 500 })).toBe(512);
  });

  it("survives a clock that stands still or goes back", () => {
    for (const elapsed_ms of [0, -1, -HOUR_MS]) {
      expect(wantedUnits({ size: 8, taken: 8, elapsed_ms })).toBe(16);
    }
  });
});

describe("a month", () => {
  it.each([
    ["2026-02", 28],
    ["2028-02", 29],
    ["2100-02", 28],
    ["2026-11", 30],
    ["2026-12", 31],
  ])("%s has %i days and ends where the next begins", (month, count) => {
    const days = daysOf(month);
    expect(days).toHaveLength(count);
    expect(days[0]).toBe(`${month}-01`);
    const { ends_at, period, starts_at } = windowOf("calls_per_month", `${month}-15`);
    expect(period).toBe(month);
    expect(dayOf(starts_at)).toBe(`${month}-01`);
    expect(dayOf(ends_at - 1)).toBe(days.at(-1));
    expect(dayOf(ends_at)).toMatch(/-01$/);
  });

  it("is that of UTC to the millisecond", () => {
    const border = Date.parse("2027-01-01T00:00:00Z");
    expect(windowOf("calls_per_month", dayOf(border - 1)).ends_at).toBe(border);
    expect(windowOf("calls_per_month", dayOf(border)).period).toBe("2027-01");
    expect(windowOf("batch_jobs_per_day", "2028-02-29").ends_at).toBe(Date.parse("2028-03-01"));
  });
});
