import type { HeldLease, Quota, QuotaRecord } from "./quota-policy.ts";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS usage (
    quota TEXT NOT NULL, period TEXT NOT NULL, taken INTEGER NOT NULL,
    PRIMARY KEY (quota, period)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS leases (
    id TEXT PRIMARY KEY, quota TEXT NOT NULL, day TEXT NOT NULL, units INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS leases_by_expiry ON leases (expires_at);
`;

type LeaseRow = { quota: Quota; day: string; units: number; expires_at: number };
type UsageRow = { period: string; taken: number };

/** A desk's quotas in the ledger's SQLite. A year of use is 378 rows, so no month is ever thrown away. */
export class StoredQuotas implements QuotaRecord {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#sql.exec(SCHEMA);
  }

  taken(quota: Quota, period: string): number {
    const query = "SELECT period, taken FROM usage WHERE quota = ? AND period = ?";
    return this.#sql.exec<UsageRow>(query, quota, period).toArray()[0]?.taken ?? 0;
  }

  /** The days of a month that have any use. */
  days(quota: Quota, month: string): UsageRow[] {
    const query = "SELECT period, taken FROM usage WHERE quota = ? AND period BETWEEN ? AND ?";
    return this.#sql.exec<UsageRow>(query, quota, `${month}-01`, `${month}-31`).toArray();
  }

  add(quota: Quota, period: string, units: number): void {
    this.#sql.exec(
      `INSERT INTO usage (quota, period, taken) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET taken = taken + excluded.taken`,
      quota,
      period,
      units,
    );
  }

  lease(id: string): HeldLease | undefined {
    const query = "SELECT quota, day, units, expires_at FROM leases WHERE id = ?";
    return this.#sql.exec<LeaseRow>(query, id).toArray()[0];
  }

  keep(id: string, { day, expires_at, quota, units }: HeldLease): void {
    this.#sql.exec(
      `INSERT INTO leases (id, quota, day, units, expires_at) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET units = excluded.units`,
      id,
      quota,
      day,
      units,
      expires_at,
    );
  }

  drop(id: string): void {
    this.#sql.exec("DELETE FROM leases WHERE id = ?", id);
  }

  dropExpired(now: number): void {
    this.#sql.exec("DELETE FROM leases WHERE expires_at <= ?", now);
  }
}
