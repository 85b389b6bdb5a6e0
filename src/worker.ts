import { app } from "./app.ts";
import { deliveries } from "./deliveries.ts";
import type { Env } from "./env.ts";
import { jobTypes } from "./job-types.ts";
import { consumeDeliveries, isDeliveryQueue } from "./modules/delivery/consume.ts";
import { consumeJobs, keepDeadLetter } from "./modules/jobs/consume.ts";
import { runTimers } from "./modules/operations/sweep.ts";
import { openPlatform } from "./platform/platform.ts";

export { QuotaLedger } from "./modules/access/quota-ledger.ts";
export { AuditChain } from "./modules/audit/chain.ts";
export { MonitoringFeed } from "./modules/feeds/monitoring-feed.ts";
export { UserFeed } from "./modules/feeds/user-feed.ts";
export { JobRoom } from "./modules/jobs/room.ts";
export { DeskTurnstile } from "./modules/jobs/turnstile.ts";
export { LibraryIndex } from "./modules/search/index/library-index.ts";
export { SearchJournal } from "./modules/search/journal/search-journal.ts";

export default {
  fetch: app.fetch,
  queue: (batch, env, ctx) => {
    const platform = openPlatform(env, (work) => ctx.waitUntil(work));
    return isDeliveryQueue(batch.queue)
      ? consumeDeliveries(platform, deliveries, keepDeadLetter, batch)
      : consumeJobs(platform, jobTypes, batch);
  },
  scheduled: (event, env, ctx) =>
    runTimers(
      openPlatform(env, (work) => ctx.waitUntil(work)),
      jobTypes,
      event.cron,
    ),
} satisfies ExportedHandler<Env>;
