import { z } from "@hono/zod-openapi";

/** A moment as the API writes it: ISO 8601, UTC. */
export const timeSchema = z.iso.datetime().openapi({ example: "2026-11-22T09:30:00.000Z" });

/** Milliseconds since 1970, UTC. Passed in, so that tests decide what time it is. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

export function isoTime(at_ms: number): string;
export function isoTime(at_ms: number | null): string | null;
export function isoTime(at_ms: number | null): string | null {
  return at_ms === null ? null : new Date(at_ms).toISOString();
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
