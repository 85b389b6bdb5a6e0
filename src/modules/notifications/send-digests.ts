import { isoTime } from "../../platform/clock.ts";
import { runBatch } from "../../platform/database.ts";
import { reach } from "../../platform/faults.ts";
import type { Platform } from "../../platform/platform.ts";
import type { NewsOf } from "../delivery/mail-content.ts";
import { sendMailSoon } from "../delivery/send-mail.ts";
import { insertMailIfChanged } from "../delivery/store.ts";
import { selectReaders } from "../directory/reader-store.ts";
import { claimDigest, type DueDigest, dropDigest, planRest, selectDueDigests } from "./digest-store.ts";
import { mailIdOf } from "./mail-id.ts";
import { DIGEST_COUNTED, DIGEST_LINES, DIGESTS_AT_ONCE, nextDigest } from "./policy.ts";
import { findPreferences } from "./preference-store.ts";
import { dropWaiting, markDigestedIfChanged, type Notification, selectWaiting } from "./store.ts";

/** Sends the daily mails that are due, so many in a run; one that fails is due again in the next and stops no other. */
export async function sendDigests(platform: Platform): Promise<void> {
  const { clock, db, log } = platform;
  for (const digest of await selectDueDigests(db, clock.now(), DIGESTS_AT_ONCE)) {
    try {
      await sendDigest(platform, digest);
    } catch (error) {
      log.error("digest not sent, tried again later", { desk: digest.desk, user: digest.user, error });
    }
  }
}

/**
 * One batch takes the digest, writes its mail and marks what that tells; of several at once one does. Whoever has left
 * meanwhile is told nothing.
 */
async function sendDigest(platform: Platform, digest: DueDigest): Promise<void> {
  const { clock, db } = platform;
  const { desk, due_at, user } = digest;
  const [reader] = await selectReaders(db, desk, user, 1);
  if (reader === undefined || reader.email_verified_at === null) {
    await runBatch(db, dropDigest(db, digest), dropWaiting(db, desk, user));
    return;
  }
  const now = clock.now();
  const next = nextDigest(now, (await findPreferences(db, desk, user)).digest_hour);
  const waiting = await selectWaiting(db, desk, user, DIGEST_COUNTED + 1);
  const counted = waiting.slice(0, DIGEST_COUNTED);
  const oldest = counted.at(-1);
  if (oldest === undefined) {
    await runBatch(db, dropDigest(db, digest), planRest(db, desk, user, next));
    return;
  }
  const uncounted = waiting.length > counted.length;
  const id = await mailIdOf(user, `${desk}:digest:${due_at}`);
  const { desk_name, email, username } = reader;
  const content = { ...newsOf(digest, counted, uncounted), username, user, desk, desk_name };
  const ids = counted.map((row) => row.id);
  await runBatch(
    db,
    claimDigest(db, digest),
    insertMailIfChanged(db, { id, desk, recipient: email, content, now }),
    markDigestedIfChanged(db, desk, user, ids, uncounted ? oldest.created_at : 0),
    planRest(db, desk, user, next),
  );
  await reach("notice.digested", user);
  sendMailSoon(platform, id);
}

const newsOf = (
  { due_at }: DueDigest,
  counted: Notification[],
  uncounted: boolean,
): NewsOf<"daily_digest"> => ({
  template: "daily_digest",
  day: isoTime(due_at).slice(0, 10),
  items: counted
    .slice(0, DIGEST_LINES)
    .map(({ body, created_at, title }) => ({ at: created_at, title, body })),
  more: Math.max(0, counted.length - DIGEST_LINES),
  uncounted,
});
