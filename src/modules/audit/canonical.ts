import { createHash } from "node:crypto";

/** Names the canonical form: another form of rows or of hashing has another name. */
export const CHAIN_FORMAT = "bourse.audit.v1";

/** What an audit row says, before it has a place in the chain. Times are milliseconds since 1970, UTC. */
export interface AuditRow {
  id: string;
  desk_id: string;
  at: number;
  actor: string;
  action: string;
  target: string;
  before_hash: string | null;
  after_hash: string | null;
  request_id: string | null;
  address: string | null;
  impersonator: string | null;
  key_id: string | null;
}

/** A row in the chain. A genuine one has a hash; the last row of each seal carries the signed head as `signature`. */
export interface SealedRow extends AuditRow {
  seq: number;
  hash: string | null;
  signature: string | null;
}

const sha256 = (text: string): string => createHash("sha256").update(text, "utf8").digest("hex");

/** What the first row of a desk's chain is linked to. */
export const genesisOf = (desk: string): string => sha256(`${CHAIN_FORMAT}\n${desk}`);

/**
 * The row in its one spelling: a JSON array of every column in this order. `signed` says whether the row carries a
 * signature, so that none can be taken off; what it says is proven by its key.
 */
function canonicalOf(row: AuditRow & { seq: number }, signed: boolean): string {
  return JSON.stringify([
    row.seq,
    row.id,
    row.desk_id,
    row.at,
    row.actor,
    row.action,
    row.target,
    row.before_hash,
    row.after_hash,
    row.request_id,
    row.address,
    row.impersonator,
    row.key_id,
    signed,
  ]);
}

/** `hash_n = sha256(hash_{n-1} "\n" canonical(row_n))`, in hex. */
export const linkHash = (previous: string, row: AuditRow & { seq: number }, signed: boolean): string =>
  sha256(`${previous}\n${canonicalOf(row, signed)}`);
