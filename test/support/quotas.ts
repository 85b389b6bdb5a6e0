import { runInDurableObject } from "cloudflare:test";
import { QuotaBlocks, type Unit } from "../../src/modules/access/quota-blocks.ts";
import type { QuotaLedger } from "../../src/modules/access/quota-ledger.ts";
import { type LedgerApi, ledgerOf } from "../../src/modules/access/quota-ledgers.ts";
import {
  dayOf,
  type HeldLease,
  leaseUnits,
  monthOf,
  type Quota,
  type QuotaRecord,
  settleLease,
} from "../../src/modules/access/quota-policy.ts";
import { type DeskId, newId } from "../../src/platform/ids.ts";
import { testEnv } from "./env.ts";
import { testPlatform } from "./platform.ts";

/** What a ledger keeps, in memory. */
export class MapQuotas implements QuotaRecord {
  readonly leases = new Map<string, HeldLease>();
  readonly #usage = new Map<string, number>();

  taken(quota: Quota, period: string): number {
    return this.#usage.get(`${quota} ${period}`) ?? 0;
  }
  add(quota: Quota, period: string, units: number): void {
    this.#usage.set(`${quota} ${period}`, this.taken(quota, period) + units);
  }
  lease(id: string): HeldLease | undefined {
    return this.leases.get(id);
  }
  keep(id: string, lease: HeldLease): void {
    this.leases.set(id, { ...lease, expires_at: this.leases.get(id)?.expires_at ?? lease.expires_at });
  }
  drop(id: string): void {
    this.leases.delete(id);
  }
  dropExpired(now: number): void {
    for (const [id, { expires_at }] of this.leases) if (expires_at <= now) this.leases.delete(id);
  }
}

export interface TestClock {
  at: number;
  now: () => number;
}

export function newClock(at: number = Date.now()): TestClock {
  const clock: TestClock = { at, now: () => clock.at };
  return clock;
}

/** A ledger over a record in memory; each answer takes a turn of the loop, so that calls overlap. */
export function ledgerInMemory(record: QuotaRecord, clock: TestClock) {
  let calls = 0;
  let made = 0;
  const ledger: LedgerApi = {
    async lease(order, settlements) {
      calls += 1;
      made += 1;
      const id = `lea_${made}`;
      await Promise.resolve();
      for (const settlement of settlements) settleLease(record, settlement);
      const answer = leaseUnits(record, order, id, clock.at);
      await Promise.resolve();
      return answer;
    },
    async settle(settlements) {
      calls += 1;
      await Promise.resolve();
      for (const settlement of settlements) settleLease(record, settlement);
    },
    report: () => Promise.reject(new Error("not used here")),
  };
  return { ledger, calls: () => calls };
}

/** The quota side of an isolate of its own, which may share its ledger with others. */
export function newIsolate(clock: TestClock, ledger?: LedgerApi) {
  const platform = { ...testPlatform(), clock };
  const blocks = new QuotaBlocks(ledger === undefined ? ledgerOf : () => ledger);
  return {
    platform,
    blocks,
    take: (desk: DeskId, limit: number | null): Promise<Unit | undefined> =>
      blocks.take(platform, { desk, quota: "calls_per_month", limit }),
    settled: async () => await Promise.all(platform.deferred),
  };
}

export const newDeskId = (): DeskId => newId("dsk");

export const ledgerStub = (desk: string): DurableObjectStub<QuotaLedger> =>
  testEnv.QUOTA_LEDGER.getByName(desk) as DurableObjectStub<QuotaLedger>;

/** Lets a desk have used so many calls of this month already, today. */
export async function useCalls(desk: string, calls: number, day: string = dayOf(Date.now())): Promise<void> {
  await runInDurableObject(ledgerStub(desk), (_, { storage }) => {
    for (const period of [day, monthOf(day)]) {
      storage.sql.exec(
        `INSERT INTO usage (quota, period, taken) VALUES ('calls_per_month', ?, ?)
         ON CONFLICT DO UPDATE SET taken = taken + excluded.taken`,
        period,
        calls,
      );
    }
  });
}

/** What the ledger has of the month: units that were taken. */
export async function callsTaken(desk: string, month: string = monthOf(dayOf(Date.now()))): Promise<number> {
  return await runInDurableObject(ledgerStub(desk), (_, { storage }) => {
    const query = "SELECT taken FROM usage WHERE quota = 'calls_per_month' AND period = ?";
    return storage.sql.exec<{ taken: number }>(query, month).toArray()[0]?.taken ?? 0;
  });
}
