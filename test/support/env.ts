import type { D1Migration } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Env } from "../../src/env.ts";
import type { SmtpUrls } from "./mailbox/server.ts";

/** The bindings of the Worker under test, and those that vitest.config.ts adds for tests. */
export interface TestEnv extends Env {
  TEST_MIGRATIONS: D1Migration[];
  TEST_DATA: Fetcher;
  /** What real SMTP servers on loopback have taken; see test/support/mail.ts. */
  TEST_MAILBOX: Fetcher;
  TEST_SMTP_URLS: SmtpUrls;
  /** What a real HTTP server on loopback has received, and where it is; see test/support/webhooks.ts. */
  TEST_RECEIVER: Fetcher;
  TEST_RECEIVER_URL: string;
  AI: Ai;
  VECTORIZE: Vectorize;
  /** An index of vectors for a smaller model, and what the index of VECTORIZE has; see test/support/embeddings. */
  VECTORIZE_SMALL: Vectorize;
  TEST_EMBEDDINGS: Fetcher;
  /** A Pine runtime of others, in Node; see test/support/outside-pine.ts. */
  TEST_OUTSIDE_PINE: Fetcher;
  /** How many jobs, and items of a batch, go through the storms of test/chaos, and the seed of their faults. */
  CHAOS_JOBS: string;
  CHAOS_ITEMS: string;
  CHAOS_SEED: string;
}

// The pool types `env` by a global interface that belongs to whole projects; this is the one place that names ours.
export const testEnv = env as unknown as TestEnv;
