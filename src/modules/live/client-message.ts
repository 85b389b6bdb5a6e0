import { z } from "zod";
import { idSchema } from "../../platform/ids.ts";

/** The topics that the monitoring socket tells of. */
export const TOPICS = ["jobs", "deliveries", "dead_letters", "sockets"] as const;
export type Topic = (typeof TOPICS)[number];

const seq = z.int().min(0);
const job = z.strictObject({ job_id: idSchema("job"), after: seq.optional() });
const topic = z.strictObject({ topic: z.enum(TOPICS) });

/** What a client may say. `ack` confirms that everything up to a number was read, of a job where it names one. */
const messageShape = z.union([
  z.strictObject({ type: z.literal("ping") }),
  z.strictObject({ type: z.literal("ack"), seq, job_id: idSchema("job").optional() }),
  job.extend({ type: z.literal("subscribe") }),
  job.omit({ after: true }).extend({ type: z.literal("unsubscribe") }),
  topic.extend({ type: z.enum(["subscribe", "unsubscribe"]) }),
]);
export type ClientMessage = z.infer<typeof messageShape>;

const MAX_LENGTH = 1_024;

/** The message, or undefined where it is none: what nobody understands is passed over. */
export function parseClientMessage(data: string | ArrayBuffer): ClientMessage | undefined {
  if (typeof data !== "string" || data.length > MAX_LENGTH) return undefined;
  try {
    const parsed = messageShape.safeParse(JSON.parse(data));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
