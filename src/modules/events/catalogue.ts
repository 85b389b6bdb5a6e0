import { z } from "zod";

const amount = z.string().describe("A decimal number as text");
const job = z.object({
  job_id: z.string(),
  job_type: z.string(),
  tags: z.array(z.string()),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});

/** The data of each event that a desk can be told of. Names are `thing.what_happened`. */
export const EVENT_DATA = {
  "job.succeeded": job,
  "job.failed": job,
  "job.cancelled": job,
  "job.expired": job,
  "batch.completed": z.object({
    batch_id: z.string(),
    job_id: z.string(),
    total: z.int(),
    succeeded: z.int(),
    failed: z.int(),
    cancelled: z.int(),
  }),
  "optimization.completed": z.object({
    optimization_id: z.string(),
    strategy: z.string(),
    trials_run: z.int(),
    objective: z.string(),
    best_value: z.number(),
  }),
  "experiment.completed": z.object({
    experiment_id: z.string(),
    name: z.string(),
    winner: z.string().nullable(),
    p_value: z.number().nullable(),
  }),
  "trade.alert": z.object({
    alert_id: z.string(),
    symbol: z.string(),
    side: z.enum(["buy", "sell"]),
    quantity: amount,
    price: amount.nullable(),
    order_id: z.string().nullable(),
  }),
  "pnl.daily": z.object({
    day: z.iso.date(),
    currency: z.string(),
    realized: amount,
    unrealized: amount,
    equity: amount,
    trades: z.int(),
  }),
  "webhook.disabled": z.object({ webhook_id: z.string(), url: z.string(), reason: z.string() }),
  "webhook.test": z.object({ webhook_id: z.string() }),
  "dead_letter.created": z.object({
    dead_letter_id: z.string(),
    queue: z.string(),
    job_id: z.string().nullable(),
  }),
} as const;

export type EventType = keyof typeof EVENT_DATA;
export type DataOf<T extends EventType> = z.infer<(typeof EVENT_DATA)[T]>;

const isEventType = (name: string): name is EventType => name in EVENT_DATA;
export const EVENT_TYPES = Object.keys(EVENT_DATA).filter(isEventType);

/** What happened, with the data of its type. */
export type DeskEvent = { [T in EventType]: { type: T; data: DataOf<T> } }[EventType];

/** The event of a row; throws where the row holds what no event of its type does. */
export function deskEvent(type: EventType, data: unknown): DeskEvent {
  return { type, data: EVENT_DATA[type].parse(data) } as DeskEvent;
}
