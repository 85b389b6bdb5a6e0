import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../env.ts";
import { systemClock } from "../../platform/clock.ts";
import { newId } from "../../platform/ids.ts";
import {
  type LeaseAnswer,
  type LeaseOrder,
  leaseUnits,
  monthOf,
  QUOTAS,
  type Quota,
  type Settlement,
  settleLease,
  windowOf,
} from "./quota-policy.ts";
import { StoredQuotas } from "./quota-record.ts";

export interface UsageReport {
  /** Units taken in each quota's present window. */
  taken: Record<Quota, number>;
  /** Calls of each day of the asked month that had any. */
  days: { period: string; taken: number }[];
}

/** The ledger of one desk: what it has used of its plan's quotas, and which blocks isolates hold of them. */
export class QuotaLedger extends DurableObject<Env> {
  readonly #quotas: StoredQuotas;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#quotas = new StoredQuotas(ctx.storage.sql);
  }

  /** Settles what the isolate is done with, then leases the next block: both or neither, for one call. */
  lease(order: LeaseOrder, settlements: Settlement[]): LeaseAnswer {
    return this.ctx.storage.transactionSync(() => {
      this.#settle(settlements);
      return leaseUnits(this.#quotas, order, newId("lea"), systemClock.now());
    });
  }

  /** To be sent once: a repeat could return what is still in use. */
  settle(settlements: Settlement[]): void {
    this.ctx.storage.transactionSync(() => this.#settle(settlements));
  }

  report(today: string, month: string, settlements: Settlement[]): UsageReport {
    this.settle(settlements);
    const taken = (quota: Quota) => this.#quotas.taken(quota, windowOf(quota, today).period);
    const entries = QUOTAS.map((quota) => [quota, taken(quota)]);
    return { taken: Object.fromEntries(entries), days: this.#quotas.days("calls_per_month", monthOf(month)) };
  }

  #settle(settlements: Settlement[]): void {
    for (const settlement of settlements) settleLease(this.#quotas, settlement);
  }
}
