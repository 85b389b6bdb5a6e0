import type { News } from "../delivery/mail-content.ts";
import type { DataOf, DeskEvent } from "../events/catalogue.ts";

/** What an event tells people; undefined for one that is for programs alone. */
export function newsOf(event: DeskEvent): Exclude<News, { template: "daily_digest" }> | undefined {
  switch (event.type) {
    case "job.succeeded":
      return jobFinished("succeeded", event.data);
    case "job.failed":
      return jobFinished("failed", event.data);
    case "job.cancelled":
      return jobFinished("cancelled", event.data);
    case "job.expired":
      return jobFinished("expired", event.data);
    case "batch.completed":
      return { template: "batch_completed", ...event.data };
    case "optimization.completed":
      return { template: "optimization_completed", ...event.data };
    case "experiment.completed":
      return { template: "experiment_completed", ...event.data };
    case "trade.alert":
      return { template: "trade_alert", ...event.data };
    case "pnl.daily":
      return { template: "daily_pnl", ...event.data };
    case "webhook.disabled":
      return { template: "webhook_disabled", ...event.data };
    case "dead_letter.created":
      return { template: "dead_letter", ...event.data };
    case "webhook.test":
      return undefined;
  }
}

const jobFinished = (
  outcome: "succeeded" | "failed" | "cancelled" | "expired",
  data: DataOf<"job.succeeded">,
) => ({ template: "job_finished" as const, outcome, ...data });
