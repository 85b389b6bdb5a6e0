import { afterAll } from "vitest";
import { testEnv } from "./env.ts";

/** How long the local queue may take to hand a mail's message over. */
const HANDED_OVER_MS = 1_500;

/** A message that comes while a file's runtime is being taken down keeps it up for ever: wait for the last one. */
afterAll(async () => {
  const newest = await testEnv.DB.prepare(
    "SELECT max(created_at) AS at FROM mails WHERE status = 'queued'",
  ).first<{ at: number | null }>();
  const left_ms = (newest?.at ?? 0) + HANDED_OVER_MS - Date.now();
  if (left_ms > 0) await new Promise((resolve) => setTimeout(resolve, left_ms));
});
