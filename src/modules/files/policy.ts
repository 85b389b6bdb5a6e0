import { DAY_MS, HOUR_MS, SECOND_MS } from "../../platform/clock.ts";

export const PURPOSES = ["upload", "export"] as const;
export type Purpose = (typeof PURPOSES)[number];

export const FILE_LIFE_MS = DAY_MS;
/** For as long as this past its end a file is told to have expired, and then to be none. */
export const REMEMBERED_MS = 7 * DAY_MS;

export const MAX_LINK_S = FILE_LIFE_MS / SECOND_MS;
export const DEFAULT_LINK_S = HOUR_MS / SECOND_MS;

interface Times {
  expires_at: number;
  deleted_at: number | null;
}

/** `gone` is told like a file that never was. */
export function standingOf({ deleted_at, expires_at }: Times, now: number): "live" | "expired" | "gone" {
  if (deleted_at !== null || now >= expires_at + REMEMBERED_MS) return "gone";
  return now >= expires_at ? "expired" : "live";
}

/** When a link ends that was asked for now: never after its file. */
export function endOfLink(
  { expires_at }: Pick<Times, "expires_at">,
  expires_in_s: number,
  now: number,
): number {
  return Math.min(expires_at, now + expires_in_s * SECOND_MS);
}
