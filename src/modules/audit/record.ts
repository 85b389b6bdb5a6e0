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
  request_id?: string | undefined;
  address?: string | undefined;
  /** The super admin who borrows the actor's view, and the API key that acts for them. */
  impersonator?: string | null | undefined;
  key?: string | null | undefined;
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
export function inDesk(source: AuditSource, desk: DeskId): AuditSource {
  const { actor, address, clock, db, impersonator, key, request_id } = source;
  return { actor, address, clock, db, desk, impersonator, key, request_id };
}

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

/** The desks for which a request or message made rows, by the database that it has opened for itself. */
const written = new WeakMap<Database, Set<DeskId>>();

/** Notes that another has made rows for this request or message: a job's room writes its own. */
export function noteWritten(db: Database, desk: DeskId): void {
  written.set(db, (written.get(db) ?? new Set()).add(desk));
}

/** Gives the desks for which rows were made on this database, each once, and forgets them. */
export function takeWrittenDesks(db: Database): DeskId[] {
  const desks = written.get(db) ?? [];
  written.delete(db);
  return [...desks];
}

function insertOf(source: AuditSource, entry: AuditEntry): SQL {
  noteWritten(source.db, source.desk);
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
