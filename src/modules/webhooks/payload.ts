import { isoTime } from "../../platform/clock.ts";
import type { DeskId, EventId } from "../../platform/ids.ts";
import type { DeskEvent } from "../events/catalogue.ts";
import { MAX_BODY_BYTES } from "./policy.ts";

type Told = DeskEvent & { id: EventId; desk_id: DeskId; created_at: number };

/** The body that tells of an event. Where its data is too much, it says so in its place: the API has it. */
export function bodyOf({ created_at, data, desk_id, id, type }: Told): string {
  const timestamp = isoTime(created_at);
  const body = JSON.stringify({ type, timestamp, data: { ...data, id, desk_id } });
  if (new TextEncoder().encode(body).byteLength <= MAX_BODY_BYTES) return body;
  return JSON.stringify({ type, timestamp, data: { id, desk_id, truncated: true } });
}
