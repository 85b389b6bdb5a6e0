import { openObject } from "../../platform/durable-objects.ts";
import type { DeskId, JobId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import type { JobRoom } from "./room.ts";

/** What a job's room offers to the Worker. */
export type RoomApi = Pick<
  JobRoom,
  | "lease"
  | "advance"
  | "yield"
  | "succeed"
  | "fail"
  | "stopped"
  | "report"
  | "wake"
  | "control"
  | "expire"
  | "bury"
  | "current"
  | "confirmSettled"
  | "fetch"
>;

/** The room of a job; it exists from the first call on. */
export function roomOf({ cost, env }: Pick<Platform, "env" | "cost">, desk: DeskId, job: JobId): RoomApi {
  return openObject<RoomApi>(env.JOB_ROOM, `${desk}/${job}`, cost);
}
