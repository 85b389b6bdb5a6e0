import { afterAll } from "vitest";
import { lastMessageAt } from "./desk.ts";
import { testEnv } from "./env.ts";

/** How long the local queue may take to hand a message over. */
const HANDED_OVER_MS = 1_000;

/** A message that comes while a file's runtime is being taken down keeps it up for ever: wait for the last one. */
afterAll(async () => {
  const newest = await testEnv.DB.prepare(
    "SELECT max(created_at) AS at FROM mails WHERE status = 'queued'",
  ).first<{ at: number | null }>();
  const now = Date.now();
  const times = [lastMessageAt(), newest?.at ?? 0].map((at) => Math.min(at, now));
  const left_ms = Math.max(...times) + HANDED_OVER_MS - now;
  if (left_ms > 0) await new Promise((resolve) => setTimeout(resolve, left_ms));
});
