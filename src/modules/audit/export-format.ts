import { z } from "zod";
import { CHAIN_FORMAT, genesisOf, type SealedRow } from "./canonical.ts";

/**
 * An export is NDJSON: this header, every row of the chain in its order, and the signature that closes it. Each line
 * has one spelling, so that every byte of the file counts.
 */
export const headerLine = (desk: string): string =>
  JSON.stringify({ format: CHAIN_FORMAT, desk, genesis: genesisOf(desk) });

export const closingLine = (signature: string): string => JSON.stringify({ head: signature });

export function rowLine(row: SealedRow): string {
  const { action, actor, address, after_hash, at, before_hash, desk_id } = row;
  const { hash, id, impersonator, key_id, request_id, seq, signature, target } = row;
  return JSON.stringify({
    ...{ seq, id, desk_id, at, actor, action, target, before_hash, after_hash },
    ...{ request_id, address, impersonator, key_id, hash, signature },
  });
}

const text = z.string().nullable();
const rowShape = z.strictObject({
  seq: z.int(),
  id: z.string(),
  desk_id: z.string(),
  at: z.int(),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  before_hash: text,
  after_hash: text,
  request_id: text,
  address: text,
  impersonator: text,
  key_id: text,
  hash: text,
  signature: text,
});
const headerShape = z.strictObject({
  format: z.literal(CHAIN_FORMAT),
  desk: z.string().regex(/^dsk_[0-9a-f]{32}$/),
  genesis: z.string(),
});
const closingShape = z.strictObject({ head: z.string() });

/** The desk that a header names, or undefined where the line is no header of this format. */
export function parseHeader(line: string): string | undefined {
  const parsed = headerShape.safeParse(jsonOf(line));
  return parsed.success && headerLine(parsed.data.desk) === line ? parsed.data.desk : undefined;
}

/** The row or closing signature of a line, or undefined where it is neither, spelled as an export spells it. */
export function parseLine(line: string): { row: SealedRow } | { closing: string } | undefined {
  const json = jsonOf(line);
  const closing = closingShape.safeParse(json);
  if (closing.success)
    return closingLine(closing.data.head) === line ? { closing: closing.data.head } : undefined;
  const row = rowShape.safeParse(json);
  return row.success && rowLine(row.data) === line ? { row: row.data } : undefined;
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
