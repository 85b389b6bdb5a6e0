import { eq } from "drizzle-orm";
import type { Database } from "../../platform/database.ts";
import type { KeyId } from "../../platform/ids.ts";
import { apiKeys } from "./tables.ts";

export type ApiKey = typeof apiKeys.$inferSelect;

export async function keyUsed(db: Database, id: KeyId, now: number): Promise<void> {
  await db.update(apiKeys).set({ last_used_at: now }).where(eq(apiKeys.id, id));
}
