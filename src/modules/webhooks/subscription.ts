import { EVENT_TYPES, type EventType } from "../events/catalogue.ts";

/** What a webhook asks to be told of: everything, or events of this type. */
export type Subscription = EventType | "*";

const isOffered = (type: EventType): boolean => type !== "webhook.test"; // it comes to the tested webhook, asked for or not
export const SUBSCRIPTIONS: Subscription[] = ["*", ...EVENT_TYPES.filter(isOffered)];

/** The subscriptions in their one spelling. */
export const plainSubscriptions = (asked: Subscription[]): Subscription[] =>
  asked.includes("*") ? ["*"] : [...new Set(asked)];
