import { openObject } from "../../platform/durable-objects.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { Job } from "./job.ts";
import type { DeskTurnstile } from "./turnstile.ts";
import type { Ticket } from "./turnstile-policy.ts";

/** What a desk's turnstile offers. */
export type TurnstileApi = Pick<DeskTurnstile, "enter" | "leave" | "giveBack">;

/** The turnstile of a desk; it exists from the first call on. */
export function turnstileOf({ cost, env }: Pick<Platform, "env" | "cost">, desk: DeskId): TurnstileApi {
  return openObject<TurnstileApi>(env.DESK_TURNSTILE, desk, cost);
}

export const ticketOf = (job: Pick<Job, "id" | "type" | "terms" | "priority" | "started_at">): Ticket => ({
  job_id: job.id,
  type: job.type,
  at_once: job.terms.at_once ?? null,
  priority: job.priority,
  started: job.started_at !== null,
});
