import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../env.ts";

/** What one desk has used of its plan's quotas. */
export class QuotaLedger extends DurableObject<Env> {}
