import { type Ctx, requirePermission } from "../access/context.ts";
import type { ChainStanding } from "./chain.ts";
import { chainOf } from "./chains.ts";
import { type KeyRing, openKeys, type SignedHead, verifyHead } from "./heads.ts";
import { type PublishedHead, readPublishedHead } from "./published-head.ts";
import { findSealed, PAGE_PLACES, placesOutside, sealedRows } from "./store.ts";
import { ChainVerifier, type Finding } from "./verifier.ts";

const CALL_PLACES = 10_000;
/** A call that has found this much stops there. */
const MAX_FINDINGS = 100;
const MAX_OUTSIDE = 10;

export interface Verification {
  /** Whether nothing wrong was found in what this call looked at. */
  valid: boolean;
  /** Whether it has come to the chain's head; else the next call goes on from `next_after`. */
  complete: boolean;
  verified: { from: number; to: number } | null;
  head: SignedHead | null;
  next_after: number | null;
  findings: Finding[];
}

/**
 * Seals what waits, then walks the chain's places from after `after`, and at its end holds the head that the desk's
 * object remembers against the rows and against the head in R2.
 */
export async function verifyAudit(
  ctx: Ctx,
  { after = 0 }: { after?: number | undefined },
): Promise<Verification> {
  requirePermission(ctx, "audit:read");
  const keys = await openKeys(ctx.settings.AUDIT_KEYS);
  // Before the seal, so that it can't be further than the head that the seal tells.
  const published = await readPublishedHead(ctx.files, keys, ctx.desk);
  const standing = await chainOf(ctx, ctx.desk).seal();
  const end = standing.head?.seq ?? 0;
  const verifier = await verifierAfter(ctx, keys, after, end);
  const to = await walk(ctx, verifier, Math.min(end, after + CALL_PLACES));
  const complete = to >= end;
  if (complete) {
    if (standing.head !== null && after <= end) await checkHead(ctx, verifier, keys, standing.head);
    await checkPublished(ctx, verifier, keys, standing, published);
    await checkOutside(ctx, verifier, end);
  }
  const { findings } = verifier;
  return {
    valid: findings.length === 0,
    complete,
    verified: to > after ? { from: after + 1, to } : null,
    head: standing.head,
    next_after: complete ? null : to,
    findings,
  };
}

/** Goes on from the hash that the row at `after` has; the call that ended there has verified it. */
async function verifierAfter({ db, desk }: Ctx, keys: KeyRing, after: number, end: number) {
  if (after === 0) return new ChainVerifier(desk, keys);
  const hash = (await findSealed(db, desk, after))?.hash ?? undefined;
  const verifier = new ChainVerifier(desk, keys, { seq: after, hash });
  if (hash === undefined && after <= end) {
    verifier.find("missing", after, `Row ${after} is missing, so the next one can't be held against it.`);
  }
  return verifier;
}

/** Walks up to the place `to`, or to where the findings are enough, and tells how far it came. */
async function walk({ db, desk }: Ctx, verifier: ChainVerifier, to: number): Promise<number> {
  while (verifier.place.seq < to) {
    const from = verifier.place.seq + 1;
    const last = Math.min(to, from + PAGE_PLACES - 1);
    for (const row of await sealedRows(db, desk, from, last)) {
      await verifier.take(row);
      if (verifier.findings.length >= MAX_FINDINGS) return verifier.place.seq;
    }
    verifier.upTo(last);
  }
  return verifier.place.seq;
}

async function checkHead(
  { desk }: Ctx,
  verifier: ChainVerifier,
  keys: KeyRing,
  head: SignedHead,
): Promise<void> {
  const signed = await verifyHead(keys, ["row"], head.signature);
  if (signed?.desk !== desk || signed.seq !== head.seq || signed.hash !== head.hash) {
    verifier.find(
      "bad_signature",
      head.seq,
      "The head's signature is not by a known key, or not of this head.",
    );
  }
  verifier.checkHead({ ...head, desk }, "The head");
}

/** Holds the head in R2 against the chain: it may be behind, by no more than the object says that it is. */
async function checkPublished(
  { db, desk, files }: Ctx,
  verifier: ChainVerifier,
  keys: KeyRing,
  { head, published_seq }: ChainStanding,
  seen: PublishedHead,
): Promise<void> {
  const behind = (seen.head?.seq ?? 0) < published_seq;
  const there = behind ? await readPublishedHead(files, keys, desk) : seen;
  const wrong = (seq: number | null, message: string) => verifier.find("head_mismatch", seq, message);
  if (there.signature === undefined) {
    if (published_seq > 0) wrong(published_seq, "The head in R2 is gone.");
  } else if (there.head === undefined)
    wrong(null, "The head in R2 is not signed by a known key for this desk.");
  else if (there.head.seq < published_seq) wrong(there.head.seq, "The head in R2 is older than it was.");
  else if (there.head.seq > (head?.seq ?? 0)) {
    wrong(there.head.seq, "The head in R2 is further than the one that the desk's object remembers.");
  } else {
    const row = await findSealed(db, desk, there.head.seq);
    if (row !== undefined && row.hash !== there.head.hash)
      wrong(row.seq, "The head in R2 does not fit its row.");
  }
}

/** Rows behind the head were put there by hand, unless the head has moved on meanwhile. */
async function checkOutside(ctx: Ctx, verifier: ChainVerifier, end: number): Promise<void> {
  const places = await placesOutside(ctx.db, ctx.desk, end, MAX_OUTSIDE);
  if (places.length === 0) return;
  const { head } = await chainOf(ctx, ctx.desk).seal();
  for (const seq of places) {
    if (seq >= 1 && seq <= (head?.seq ?? 0)) continue;
    verifier.find("inserted", seq, `Row ${seq} lies outside the chain.`);
  }
}
