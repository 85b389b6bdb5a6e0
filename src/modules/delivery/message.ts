import { z } from "zod";
import { type Id, type IdPrefix, isId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";

/** What the queue of deliveries carries: what is to be done with which row, and nothing of the row. */
const messageShape = z.strictObject({ version: z.literal(1), type: z.string(), id: z.string() });
export type DeliveryMessage = z.infer<typeof messageShape>;

/** One thing that the queue of deliveries does with the row that a message names. */
export interface DeliveryDefinition {
  type: string;
  /** What to do for this message, or undefined where it names no such row. */
  taskFor(id: string): ((platform: Platform) => Promise<void>) | undefined;
}

/** Declares it, once. `deliver` runs at least once for a message, so it must be idempotent. */
export function defineDelivery<P extends IdPrefix>(definition: {
  type: string;
  prefix: P;
  deliver(platform: Platform, id: Id<P>): Promise<void>;
}): DeliveryDefinition {
  const { deliver, prefix, type } = definition;
  return {
    type,
    taskFor: (id) => (isId(prefix, id) ? (platform) => deliver(platform, id) : undefined),
  };
}

/** The message of a delivery in a queue's body, of whatever type; undefined where it is none. */
export function deliveryIn(body: unknown): DeliveryMessage | undefined {
  const parsed = messageShape.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

/** What a queue's body asks for, or undefined where it is poison. */
export function taskOf(definitions: DeliveryDefinition[], body: unknown) {
  const message = deliveryIn(body);
  return message && definitions.find(({ type }) => type === message.type)?.taskFor(message.id);
}

export const deliveryMessage = (type: string, id: string): DeliveryMessage => ({ version: 1, type, id });
