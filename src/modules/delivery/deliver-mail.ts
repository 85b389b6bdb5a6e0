import { reach } from "../../platform/faults.ts";
import type { MailId } from "../../platform/ids.ts";
import { MailNotSent, sendMail } from "../../platform/mail.ts";
import type { Platform } from "../../platform/platform.ts";
import { CLAIM_MS, linkEnds, nextAttempt, reasonToGiveUp } from "./policy.ts";
import { renderMail } from "./render.ts";
import { claimMail, endAttempt, type Mail } from "./store.ts";

/**
 * One attempt at a mail that is due. Of several calls at once one sends. A mail is sent twice only where the server took
 * it and that was lost, on the way or with the Worker, and then with the same Message-ID.
 */
export async function deliverMail(platform: Platform, id: MailId): Promise<void> {
  const { clock, db } = platform;
  const now = clock.now();
  const mail = await claimMail(db, id, now, now + CLAIM_MS);
  if (mail === undefined) return;
  const link_ends = linkEnds(mail.content.template, mail.created_at);
  const useless = reasonToGiveUp(mail.attempts, now, link_ends);
  if (useless !== undefined) return await giveUp(platform, mail, useless);
  const failure = await attempt(platform, mail);
  if (failure !== undefined) return await putOff(platform, mail, failure, link_ends);
  await reach("mail.accepted", id);
  await endAttempt(db, mail, { status: "sent", sent_at: clock.now(), error: null });
}

async function attempt(platform: Platform, mail: Mail): Promise<MailNotSent | undefined> {
  const { MAIL_FROM, SMTP_URL } = platform.settings;
  if (SMTP_URL === undefined) return await showMail(platform, mail);
  try {
    await sendMail(SMTP_URL, {
      ...(await renderMail(platform.settings, mail)),
      id: mail.id,
      from: MAIL_FROM,
      to: mail.recipient,
      written_at: mail.created_at,
    });
    return undefined;
  } catch (error) {
    if (error instanceof MailNotSent) return error;
    platform.log.error("mail could not be made", { mail: mail.id, error });
    return new MailNotSent("The mail could not be made.", false);
  }
}

/** Where there is no SMTP server: a local Worker shows the mail, any other has failed to send it. */
async function showMail({ log, settings }: Platform, mail: Mail): Promise<MailNotSent | undefined> {
  if (settings.ENVIRONMENT !== "local" && settings.ENVIRONMENT !== "test") {
    return new MailNotSent("SMTP_URL is not set, so no mail can be sent.", false);
  }
  const { subject, text } = await renderMail(settings, mail, "(shown at /outbox)");
  log.info("mail", { mail: mail.id, to: mail.recipient, subject, text });
  return undefined;
}

async function putOff(
  platform: Platform,
  mail: Mail,
  failure: MailNotSent,
  link_ends: number | undefined,
): Promise<void> {
  const { clock, db, log } = platform;
  const due_at = failure.permanent ? undefined : nextAttempt(mail.attempts, clock.now(), link_ends);
  if (due_at === undefined) return await giveUp(platform, mail, failure.message);
  log.error("mail not sent, tried again later", { ...fieldsOf(mail, failure.message), due_at });
  await endAttempt(db, mail, { due_at, error: failure.message });
}

async function giveUp({ db, log }: Platform, mail: Mail, reason: string): Promise<void> {
  log.error("mail given up", fieldsOf(mail, reason));
  await endAttempt(db, mail, { status: "failed", error: reason });
}

const fieldsOf = ({ attempts, content, id }: Mail, reason: string) => ({
  mail: id,
  template: content.template,
  attempts,
  reason,
});
