import { forgetOldKeys } from "../../http/idempotency-store.ts";
import { runBatch } from "../../platform/database.ts";
import type { Platform } from "../../platform/platform.ts";
import { sweepObjects } from "../../platform/stored-objects.ts";
import { wakeWaitingChains } from "../audit/chains.ts";
import { MAILS_KEPT_MS } from "../delivery/policy.ts";
import { sendDueMails } from "../delivery/send-mail.ts";
import { forgetMails } from "../delivery/store.ts";
import { sweepDirectory } from "../directory/sweep-store.ts";
import { EVENTS_KEPT_MS, publishOverdue } from "../events/publish.ts";
import { forgetEvents } from "../events/store.ts";
import { sweepFiles } from "../files/sweep.ts";
import { sendOverdue } from "../jobs/create.ts";
import type { JobDefinition } from "../jobs/define.ts";
import { expireOverdue } from "../jobs/expire.ts";
import { sweepDeadLetters, sweepStatistics } from "../jobs/sweep.ts";
import { sweepIndexUpdates } from "../library/describe.ts";
import { sendDigests } from "../notifications/send-digests.ts";
import { sweepNotifications } from "../notifications/sweep.ts";
import { sendDueWebhooks } from "../webhooks/message.ts";
import { sweepDeliveries } from "../webhooks/sweep.ts";

const DAILY = "17 3 * * *";

/** The timers: every minute what stayed unsent, once a day what has ended. One that fails doesn't stop the others. */
export async function runTimers(platform: Platform, types: JobDefinition[], cron: string): Promise<void> {
  const { clock, db, log } = platform;
  const now = clock.now();
  const work: Record<string, () => Promise<unknown>> = {
    outbox: () => sendOverdue(platform),
    deadlines: () => expireOverdue(platform, types),
    mails: () => sendDueMails(platform),
    events: () => publishOverdue(platform),
    digests: () => sendDigests(platform),
    webhooks: () => sendDueWebhooks(platform),
    index_updates: () => sweepIndexUpdates(platform),
    files: () => sweepFiles(platform),
    audit_chains: () => wakeWaitingChains(platform),
  };
  if (cron === DAILY) {
    work.objects = () => sweepObjects(platform);
    work.idempotency_keys = () => forgetOldKeys(db, now);
    work.directory = () => runBatch(db, ...sweepDirectory(db, now));
    work.old_mails = () => runBatch(db, forgetMails(db, now - MAILS_KEPT_MS));
    work.old_dead_letters = () => sweepDeadLetters(platform);
    work.old_statistics = () => sweepStatistics(platform);
    work.notifications = () => sweepNotifications(platform);
    work.old_webhook_deliveries = () => sweepDeliveries(platform);
    work.old_events = () => runBatch(db, forgetEvents(db, now - EVENTS_KEPT_MS));
  }
  for (const [name, run] of Object.entries(work)) {
    try {
      await run();
    } catch (error) {
      log.error("timer failed", { timer: name, error });
    }
  }
}
