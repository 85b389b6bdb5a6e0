import { DurableObject } from "cloudflare:workers";
import type { Env } from "../../env.ts";

/** The chain of one desk's audit rows. */
export class AuditChain extends DurableObject<Env> {}
