import { createHash } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import type { Clock } from "../../platform/clock.ts";
import type { Database, Statement } from "../../platform/database.ts";
import { type DeskId, newId } from "../../platform/ids.ts";

/** Who did it: a user inside a request, or the system inside a job. */
export interface AuditSource {
  db: Database;
  clock: Clock;
  desk: DeskId;
  actor: string;
  request_id?: string;
  address?: string;
  /** The super admin who borrows the actor's view, and the API key that acts for them. */
  impersonator?: string | null;
  key?: string | null;
}

export interface AuditEntry {
  /** `document.update`: the thing and what was done to it. */
  action: string;
  target: string;
  /** States whose hashes are kept, so that a claimed state can be checked and none is revealed. */
  before?: unknown;
  after?: unknown;
}

/** The same actor's source for the log of another desk than the one that they act on. */
export const inDesk = (source: AuditSource, desk: DeskId): AuditSource =>
  Object.create(source, { desk: { value: desk } });

/** A statement for the caller's own batch that records the entry. Not async: returning it would run it. */
export function audit(source: AuditSource, entry: AuditEntry): Statement {
  return source.db.run(sql`${insertOf(source, entry)}`);
}

/**
 * The same, only if the statement before it in the batch changed a row. It leaves `changes()` as it found it, so
 * further statements may hang on the same condition.
 */
export function auditIfChanged(source: AuditSource, entry: AuditEntry): Statement {
  return source.db.run(sql`${insertOf(source, entry)} WHERE changes() > 0`);
}

function insertOf(source: AuditSource, entry: AuditEntry): SQL {
  return sql`
    INSERT INTO audit_log (id, desk_id, at, actor, action, target, before_hash, after_hash, request_id, address,
      impersonator, key_id)
    SELECT ${newId("aud")}, ${source.desk}, ${source.clock.now()}, ${source.actor}, ${entry.action}, ${entry.target},
      ${stateHash(entry.before)}, ${stateHash(entry.after)}, ${source.request_id ?? null}, ${source.address ?? null},
      ${source.impersonator ?? null}, ${source.key ?? null}`;
}

function stateHash(state: unknown): string | null {
  return state === undefined ? null : createHash("sha256").update(JSON.stringify(state)).digest("hex");
}
