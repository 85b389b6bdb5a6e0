import { z } from "@hono/zod-openapi";

/** What wrangler.toml binds; the secrets come from `wrangler secret` or, locally, from .dev.vars. */
export interface Env {
  DB: D1Database;
  FILES: R2Bucket;
  RATE_LIMITS: KVNamespace;
  JOBS_CRITICAL: Queue;
  JOBS_HIGH: Queue;
  JOBS_NORMAL: Queue;
  JOBS_LOW: Queue;
  DELIVERIES: Queue;
  JOB_ROOM: DurableObjectNamespace;
  DESK_TURNSTILE: DurableObjectNamespace;
  LIBRARY_INDEX: DurableObjectNamespace;
  AUDIT_CHAIN: DurableObjectNamespace;
  QUOTA_LEDGER: DurableObjectNamespace;
  USER_FEED: DurableObjectNamespace;
  MONITORING_FEED: DurableObjectNamespace;
  SEARCH_JOURNAL: DurableObjectNamespace;
  ASSETS: Fetcher;
  ENVIRONMENT: string;
  PUBLIC_ORIGIN: string;
  ALLOWED_ORIGINS: string;
  RATE_LIMIT_SCALE: string;
  DEFAULT_PLAN: string;
  JOB_LEASE_MS: string;
  JOB_SLICE_MS: string;
  JOB_CONSUMERS: string;
  REPORT_COST: string;
  MAIL_FROM: string;
  SIGNING_KEYS: string;
  AUDIT_KEYS: string;
  TOKEN_SECRET: string;
  DATA_SECRET: string;
  SMTP_URL?: string;
  BOOTSTRAP_TOKEN?: string;
  OUTBOUND_ALLOWED?: string;
  OUTBOUND_TIMEOUT_MS?: string;
  DNS_RESOLVER?: string;
  ALPACA_DATA_URL?: string;
  ALPACA_KEY_ID?: string;
  ALPACA_SECRET_KEY?: string;
  EMBEDDINGS?: string;
  EMBEDDING_MODEL?: string;
  EMBEDDING_TIMEOUT_MS?: string;
  /** Both are bound only where EMBEDDINGS asks for them. */
  AI?: Ai;
  VECTORIZE?: Vectorize;
}

/** The text embedding models of Workers AI that the product knows the limits of; the first is the default. */
export const EMBEDDING_MODELS = [
  "@cf/baai/bge-m3",
  "@cf/baai/bge-base-en-v1.5",
  "@cf/baai/bge-small-en-v1.5",
] as const;
export type EmbeddingModel = (typeof EMBEDDING_MODELS)[number];

const signingKey = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  kid: z.string().min(1),
  x: z.string().min(1),
  d: z.string().min(1),
});
export type SigningKey = z.infer<typeof signingKey>;

/** What is no JSON is undefined: the parser's own message would quote the secret. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const signingKeys = z.string().transform((text, ctx) => {
  const parsed = z.array(signingKey).min(1).safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  ctx.addIssue({
    code: "custom",
    message: "must be a JSON array of private Ed25519 JWKs, the active one first",
  });
  return z.NEVER;
});

/** `smtps://` speaks TLS from the start, `smtp://` turns to it by STARTTLS. */
const smtpUrl = z
  .url({ protocol: /^smtps?$/, hostname: /./, abort: true })
  .refine((url) => new URL(url).port !== "25", "port 25 is closed to Workers; use 465 (smtps) or 587 (smtp)");

const settingsSchema = z.object({
  ENVIRONMENT: z.enum(["local", "test", "staging", "production"]),
  PUBLIC_ORIGIN: z.url(),
  ALLOWED_ORIGINS: z.string().transform((list) => list.split(",").map((origin) => origin.trim())),
  RATE_LIMIT_SCALE: z.coerce.number().positive(),
  DEFAULT_PLAN: z.enum(["free", "starter", "pro", "enterprise"]),
  /** An invocation's share of one job: far below the 30 s of CPU and 15 min of wall time that a consumer has. */
  JOB_SLICE_MS: z.coerce.number().int().min(0).max(20_000),
  JOB_LEASE_MS: z.coerce.number().int().min(100).max(600_000),
  /** How many messages of one job queue are handled at once; `max_concurrency` in wrangler.toml, and 1 locally. */
  JOB_CONSUMERS: z.coerce.number().int().min(1).max(250),
  REPORT_COST: z.stringbool(),
  MAIL_FROM: z.string().min(3),
  /** Without it mail is not sent but shown, which only a local Worker may do. */
  SMTP_URL: smtpUrl.optional(),
  SIGNING_KEYS: signingKeys,
  AUDIT_KEYS: signingKeys,
  TOKEN_SECRET: z.string().min(32),
  DATA_SECRET: z.string().min(32),
  BOOTSTRAP_TOKEN: z.string().min(32).optional(),
  /** `host:port`s that people's addresses may name besides public ones, over http too; only local Workers heed it. */
  OUTBOUND_ALLOWED: z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((host) => host.trim().toLowerCase() || [])),
  OUTBOUND_TIMEOUT_MS: z.coerce.number().int().min(50).max(30_000).default(10_000),
  /** A DNS-over-HTTPS resolver that answers `application/dns-json`; without it names are not looked up before a call. */
  DNS_RESOLVER: z.url({ protocol: /^https?$/ }).optional(),
  /** Where bars of stocks are imported from; without both keys they are not. */
  ALPACA_DATA_URL: z.url({ protocol: /^https?$/ }).default("https://data.alpaca.markets"),
  ALPACA_KEY_ID: z.string().min(1).optional(),
  ALPACA_SECRET_KEY: z.string().min(1).optional(),
  /** What search knows of meaning besides what each desk's index learns by itself; `workers-ai` needs two bindings. */
  EMBEDDINGS: z.enum(["none", "workers-ai"]).default("none"),
  /** Another model makes other vectors: it wants a new Vectorize index and a reindex of every desk. */
  EMBEDDING_MODEL: z.enum(EMBEDDING_MODELS).default(EMBEDDING_MODELS[0]),
  /** How long a search waits for its neighbours before it goes on without them. */
  EMBEDDING_TIMEOUT_MS: z.coerce.number().int().min(50).max(10_000).default(1_500),
});

export type Settings = z.infer<typeof settingsSchema>;

const checked = new WeakMap<Env, Settings>();

/** The settings, parsed once per isolate. Throws a message that names each wrong variable and never its value. */
export function settingsOf(env: Env): Settings {
  const known = checked.get(env);
  if (known) return known;
  const parsed = settingsSchema.safeParse(env);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw wrongSettings(wrong);
  }
  const unbound = unboundOf(env, parsed.data);
  if (unbound.length > 0) throw wrongSettings(unbound);
  checked.set(env, parsed.data);
  return parsed.data;
}

const wrongSettings = (wrong: string[]) => new Error(`The Worker's settings are wrong: ${wrong.join("; ")}`);

/** The bindings that a setting asks for and wrangler.toml lacks, each with what to do. */
function unboundOf(env: Env, { EMBEDDINGS }: Settings): string[] {
  if (EMBEDDINGS === "none") return [];
  const missing = (["AI", "VECTORIZE"] as const).filter((name) => env[name] === undefined);
  return missing.map(
    (name) =>
      `${name}: EMBEDDINGS is "${EMBEDDINGS}" and needs this binding; see wrangler.toml, or set it to "none"`,
  );
}
