import { DAY_MS, HOUR_MS, SECOND_MS } from "../../platform/clock.ts";

/** What plans count, and the window that it counts in. Months and days are those of UTC. */
const WINDOWS = {
  calls_per_month: "month",
  research_jobs_per_day: "day",
  batch_jobs_per_day: "day",
} as const;

export type Quota = keyof typeof WINDOWS;
const isQuota = (name: string): name is Quota => name in WINDOWS;
export const QUOTAS = Object.keys(WINDOWS).filter(isQuota);

/** `2026-11-24` and `2026-11`: the names of periods sort by time. */
export const dayOf = (at_ms: number): string => new Date(at_ms).toISOString().slice(0, 10);
export const monthOf = (day: string): string => day.slice(0, 7);

function monthSpan(month: string): { starts_at: number; ends_at: number } {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return { starts_at: Date.UTC(year, number - 1), ends_at: Date.UTC(year, number) };
}

/** The period in which a day's use of the quota is limited. Times are milliseconds. */
export function windowOf(quota: Quota, day: string): { period: string; starts_at: number; ends_at: number } {
  if (WINDOWS[quota] === "month") return { period: monthOf(day), ...monthSpan(monthOf(day)) };
  const starts_at = Date.parse(day);
  return { period: day, starts_at, ends_at: starts_at + DAY_MS };
}

export function daysOf(month: string): string[] {
  const { ends_at, starts_at } = monthSpan(month);
  return Array.from({ length: (ends_at - starts_at) / DAY_MS }, (_, n) => dayOf(starts_at + n * DAY_MS));
}

export interface LeaseOrder {
  quota: Quota;
  day: string;
  /** What the plan gives in the quota's window; null is unlimited. It holds for this order alone. */
  limit: number | null;
  wanted: number;
}

export interface LeaseAnswer {
  lease: string;
  /** None means that the quota is used up. */
  units: number;
  /** What was left for everybody after this lease; null is unlimited. */
  remaining: number | null;
}

/** What became of some units of a lease. The rest of them stay with its holder. */
export interface Settlement {
  lease: string;
  used: number;
  returned: number;
}

export interface HeldLease {
  quota: Quota;
  day: string;
  /** Units of which nothing has been heard; they count as taken. */
  units: number;
  expires_at: number;
}

/** What a ledger keeps: the units taken in each period, used or leased, and the leases that are open. */
export interface QuotaRecord {
  taken(quota: Quota, period: string): number;
  add(quota: Quota, period: string, units: number): void;
  lease(id: string): HeldLease | undefined;
  keep(id: string, lease: HeldLease): void;
  drop(id: string): void;
  dropExpired(now: number): void;
}

/** Time enough for any call to end. What a lease has not given back by then is used for good. */
const LEASE_MS = HOUR_MS;
/** The largest share of a quota, and of what is left of it, that one block may be: what a lost isolate can cost. */
const MAX_SHARE = 1 / 100;
const MAX_SHARE_OF_REST = 1 / 32;
/** The largest block where nothing is limited. */
const MAX_BLOCK = 10_000;

function unitsFor(wanted: number, limit: number | null, left: number): number {
  if (left <= 0) return 0;
  const cap = limit === null ? MAX_BLOCK : Math.min(limit * MAX_SHARE, left * MAX_SHARE_OF_REST);
  return Math.max(1, Math.min(wanted, Math.floor(cap)));
}

/** Every period that a unit of the day counts in: the month's quota has a count for each day as well. */
const periodsOf = (quota: Quota, day: string): Set<string> => new Set([windowOf(quota, day).period, day]);

/**
 * Leases units, as many as wanted at most. They count as taken from now on, so whoever dies with them wastes what
 * is theirs and nobody is ever given more than the limit.
 */
export function leaseUnits(record: QuotaRecord, order: LeaseOrder, id: string, now: number): LeaseAnswer {
  const { day, limit, quota, wanted } = order;
  const { ends_at, period } = windowOf(quota, day);
  record.dropExpired(now);
  const left = limit === null ? Number.POSITIVE_INFINITY : Math.max(0, limit - record.taken(quota, period));
  const units = unitsFor(wanted, limit, left);
  if (units > 0) {
    for (const each of periodsOf(quota, day)) record.add(quota, each, units);
    // A day's unit pays for a job, which may fail hours later.
    const expires_at = WINDOWS[quota] === "day" ? ends_at : now + LEASE_MS;
    record.keep(id, { quota, day, units, expires_at });
  }
  return { lease: id, units, remaining: limit === null ? null : left - units };
}

/** Takes back what a lease did not use. A lease gives back no more than it has, and nothing once it is settled. */
export function settleLease(record: QuotaRecord, { lease: id, ...told }: Settlement): void {
  const lease = record.lease(id);
  if (lease === undefined) return;
  const returned = Math.max(0, Math.min(told.returned, lease.units));
  const used = Math.max(0, Math.min(told.used, lease.units - returned));
  for (const each of periodsOf(lease.quota, lease.day)) record.add(lease.quota, each, -returned);
  const units = lease.units - returned - used;
  if (units > 0) record.keep(id, { ...lease, units });
  else record.drop(id);
}

/** What an isolate has taken since its last block, the size of that, and how long ago it was. */
export interface Pace {
  taken: number;
  size: number;
  elapsed_ms: number;
}

/** The next block: about a second's demand and at most twice the last one, so it is one where calls are rare. */
export function wantedUnits({ elapsed_ms, size, taken }: Pace): number {
  const in_a_second = elapsed_ms > 0 ? Math.floor((taken * SECOND_MS) / elapsed_ms) : 2 * size;
  return Math.max(1, Math.min(2 * size, in_a_second));
}
