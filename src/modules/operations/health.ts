import { sql } from "drizzle-orm";
import { SECOND_MS } from "../../platform/clock.ts";
import { openObject } from "../../platform/durable-objects.ts";
import type { Platform } from "../../platform/platform.ts";

export const COMPONENTS = ["d1", "r2", "kv", "durable_objects", "queues"] as const;
type Component = (typeof COMPONENTS)[number];

export interface Check {
  status: "ok" | "failing";
  latency_ms: number;
}
export interface Health {
  status: "ok" | "degraded";
  checked_at: number;
  components: Record<Component, Check>;
}

/** Anyone may ask, so the answer is made at most this often in an isolate. */
const FRESH_MS = 5 * SECOND_MS;
const NEVER_STORED = "health/none";

let latest: Health | undefined;

/** Asks every binding for something cheap. A failure is logged in full and told as `failing` only. */
export async function checkHealth(platform: Platform): Promise<Health> {
  const now = platform.clock.now();
  if (latest !== undefined && now - latest.checked_at < FRESH_MS) return latest;
  const { cost, db, env, files } = platform;
  const room = openObject<{ current(): Promise<unknown> }>(env.JOB_ROOM, NEVER_STORED, cost);
  const [d1, r2, kv, durable_objects, queues] = await Promise.all([
    check(platform, "d1", () => db.run(sql`SELECT 1`)),
    check(platform, "r2", () => files.head(NEVER_STORED)),
    check(platform, "kv", () => env.RATE_LIMITS.get(NEVER_STORED)),
    check(platform, "durable_objects", () => room.current()),
    check(
      platform,
      "queues",
      async () => typeof env.JOBS_NORMAL.send === "function" || Promise.reject(new Error("unbound")),
    ),
  ]);
  const components = { d1, r2, kv, durable_objects, queues };
  const ok = Object.values(components).every((each) => each.status === "ok");
  latest = { status: ok ? "ok" : "degraded", checked_at: now, components };
  return latest;
}

async function check(
  { log }: Platform,
  component: Component,
  ask: () => PromiseLike<unknown>,
): Promise<Check> {
  const started = performance.now();
  try {
    await ask();
    return { status: "ok", latency_ms: Math.round(performance.now() - started) };
  } catch (error) {
    log.error("health check failed", { component, error });
    return { status: "failing", latency_ms: Math.round(performance.now() - started) };
  }
}

/** Whether this deployment can serve: its settings parse (else nothing runs) and its database is migrated. */
export async function isReady({ db, log }: Platform): Promise<boolean> {
  try {
    await db.run(sql`SELECT 1 FROM documents LIMIT 1`);
    return true;
  } catch (error) {
    log.error("not ready", { error });
    return false;
  }
}
