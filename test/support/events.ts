import type { DeskEvent } from "../../src/modules/events/catalogue.ts";
import { insertEventIfChanged } from "../../src/modules/events/store.ts";
import { runBatch } from "../../src/platform/database.ts";
import { type EventId, isId, newId } from "../../src/platform/ids.ts";
import { deliverBodies } from "./deliveries.ts";
import type { Account } from "./desk.ts";
import { type TestEnv, testEnv } from "./env.ts";
import { testPlatform } from "./platform.ts";

const jobData = (said: string) => ({
  job_id: "job_019a3b5c7d8e7f00a1b2c3d4e5f60718",
  job_type: "library.ingest",
  tags: [said],
  error: null,
});

/** One event of every type that tells people something; `said` is what somebody else put into it. */
export const eventsWith = (said: string) =>
  ({
    "job.succeeded": { type: "job.succeeded", data: jobData(said) },
    "job.failed": {
      type: "job.failed",
      data: { ...jobData(said), error: { code: "library.unreadable", message: said } },
    },
    "job.cancelled": { type: "job.cancelled", data: jobData(said) },
    "job.expired": { type: "job.expired", data: jobData(said) },
    "batch.completed": {
      type: "batch.completed",
      data: { batch_id: "bat_1", job_id: "job_1", total: 50, succeeded: 47, failed: 2, cancelled: 1 },
    },
    "optimization.completed": {
      type: "optimization.completed",
      data: {
        optimization_id: "opt_1",
        strategy: said,
        trials_run: 200,
        objective: "sharpe",
        best_value: 1.84,
      },
    },
    "experiment.completed": {
      type: "experiment.completed",
      data: { experiment_id: "exp_1", name: said, winner: said, p_value: 0.013 },
    },
    "trade.alert": {
      type: "trade.alert",
      data: {
        alert_id: "alr_1",
        symbol: said,
        side: "buy",
        quantity: "10",
        price: "187.20",
        order_id: "ord_1",
      },
    },
    "pnl.daily": {
      type: "pnl.daily",
      data: {
        ...{ day: "2026-11-24", currency: "EUR", realized: "125.30", unrealized: "-0.10" },
        ...{ equity: "100125.20", trades: 3 },
      },
    },
    "webhook.disabled": {
      type: "webhook.disabled",
      data: { webhook_id: "whk_1", url: "https://hooks.desk.example/in", reason: said },
    },
    "dead_letter.created": {
      type: "dead_letter.created",
      data: { dead_letter_id: "ded_1", queue: "jobs-normal", job_id: "job_1" },
    },
  }) satisfies Record<string, DeskEvent>;

type Of = Pick<Account, "desk_id"> & { user_id: string | null };

/** An event as a batch leaves it: written, and no message sent. */
export async function writeEvent({ desk_id, user_id }: Of, event: DeskEvent): Promise<EventId> {
  const { db } = testPlatform();
  if (!isId("dsk", desk_id) || (user_id !== null && !isId("usr", user_id))) throw new Error("no such ids");
  const id = newId("evt");
  const written = { ...event, id, desk: desk_id, user: user_id, now: Date.now() };
  await runBatch(db, touchDesk(desk_id), insertEventIfChanged(db, written));
  return id;
}

/** Changes a row and nothing in it: what is told hangs on such a statement. */
const touchDesk = (desk_id: string) => ({
  getQuery: () => ({ sql: "UPDATE desks SET updated_at = updated_at WHERE id = ?", params: [desk_id] }),
});

/** Hands the Worker the message that publishes it. */
export const publish = (id: EventId, env: TestEnv = testEnv) =>
  deliverBodies([{ version: 1, type: "event.publish", id }], env);

/** Both, as it happens in the product. */
export async function happen(of: Of, event: DeskEvent): Promise<EventId> {
  const id = await writeEvent(of, event);
  await publish(id);
  return id;
}
