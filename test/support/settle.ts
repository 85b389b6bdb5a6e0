import { afterAll } from "vitest";
import { lastMessageAt } from "./desk.ts";
import { testEnv } from "./env.ts";

/** How long the local queue may take to hand a message over. */
const HANDED_OVER_MS = 1_000;

/**
 * What comes while a file's runtime is being taken down, and prints, keeps it up for ever: so the last message about a
 * mail is waited for, and timers that come even later print nothing.
 */
afterAll(async () => {
  const newest = await testEnv.DB.prepare(
    "SELECT max(created_at) AS at FROM mails WHERE status = 'queued'",
  ).first<{ at: number | null }>();
  const now = Date.now();
  const times = [lastMessageAt(), newest?.at ?? 0].map((at) => Math.min(at, now));
  const left_ms = Math.max(...times) + HANDED_OVER_MS - now;
  if (left_ms > 0) await new Promise((resolve) => setTimeout(resolve, left_ms));
  for (const name of ["log", "info", "warn", "error", "debug"] as const) console[name] = () => {};
});
