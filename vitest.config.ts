import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { openEmbeddingServices } from "./test/support/embeddings/server.ts";
import { localhostCertificate } from "./test/support/mailbox/certificate.ts";
import { openMailbox } from "./test/support/mailbox/server.ts";
import { answerOutsidePine } from "./test/support/outside-pine-server.ts";
import { ALPACA } from "./test/support/receiver/alpaca.ts";
import { openReceiver } from "./test/support/receiver/server.ts";

/** Real documents and reference values; optional, the tests that need them skip without it. */
const dataFolder = resolve(process.env.BOURSE_TEST_DATA ?? "../shared/data");

function signingKeys(kid: string): string {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return JSON.stringify([{ kty: "OKP", crv: "Ed25519", kid, x, d }]);
}

/** Miniflare reads which certificates to trust while it is imported, so that comes after this. */
async function poolThatTrusts(cert: string) {
  const folder = mkdtempSync(join(tmpdir(), "bourse-ca-"));
  const file = join(folder, "ca.pem");
  const known = process.env.NODE_EXTRA_CA_CERTS;
  writeFileSync(file, known === undefined ? cert : `${readFileSync(known, "utf8")}\n${cert}`);
  process.env.NODE_EXTRA_CA_CERTS = file;
  try {
    return await import("@cloudflare/vitest-pool-workers");
  } finally {
    rmSync(folder, { recursive: true });
    if (known === undefined) delete process.env.NODE_EXTRA_CA_CERTS;
    else process.env.NODE_EXTRA_CA_CERTS = known;
  }
}

/** Tests that touch no binding's state: they share a worker, for a file of them spends its time in starting one. */
const PURE = [
  "test/bench",
  "test/modules/library/formats",
  "test/modules/search/text",
  "test/modules/strategies/{bars,catalogue,engine,indicators,language,optimise,overfitting,pine,report,statistics}",
].map((folder) => `${folder}/**/*.test.ts`);
const UNTESTED = ["test/client/**", "node_modules/**"];

/** Packages of many modules, each made one: a file of tests loads every module anew. */
const MANY_MODULES = [
  ...["zod", "@hono/zod-openapi", "drizzle-orm", "drizzle-orm/d1", "drizzle-orm/sqlite-core", "jose"],
  ...["hono", "hono/cookie", "hono/cors", "hono/factory", "hono/http-exception", "hono/secure-headers"],
  ...["htmlparser2", "fast-xml-parser", "hucre/csv", "hucre/xlsx", "otpauth", "@cfworker/json-schema"],
];

/** In CI nobody steps through the code, and source maps are two thirds of what each file of tests loads. */
const withoutSourceMaps: Plugin = {
  name: "without-source-maps",
  enforce: "post",
  transform: (code) => ({ code, map: { mappings: "" } }),
};

const certificate = localhostCertificate();
const { cloudflareTest, readD1Migrations } = await poolThatTrusts(certificate.cert);
const mailbox = await openMailbox(certificate);
const receiver = await openReceiver();
const embeddings = await openEmbeddingServices();
const remote = { remoteProxyConnectionString: embeddings.url };

export default defineConfig({
  plugins: [
    ...(process.env.CI === undefined ? [] : [withoutSourceMaps]),
    cloudflareTest(async () => ({
      wrangler: { configPath: "./wrangler.toml" },
      miniflare: {
        bindings: {
          ENVIRONMENT: "test",
          PUBLIC_ORIGIN: "https://bourse.test",
          ALLOWED_ORIGINS: "https://bourse.test",
          JOB_LEASE_MS: "1000",
          // Every range is a slice of its own, so that tests cross as many borders as there can be.
          JOB_SLICE_MS: "0",
          JOB_CONSUMERS: "10",
          SIGNING_KEYS: signingKeys("test"),
          AUDIT_KEYS: signingKeys("test-audit"),
          TOKEN_SECRET: randomBytes(32).toString("base64url"),
          DATA_SECRET: randomBytes(32).toString("base64url"),
          BOOTSTRAP_TOKEN: randomBytes(32).toString("base64url"),
          SMTP_URL: mailbox.urls.plain,
          TEST_SMTP_URLS: mailbox.urls,
          OUTBOUND_ALLOWED: receiver.places.join(","),
          TEST_RECEIVER_URL: receiver.url,
          ALPACA_DATA_URL: `${receiver.url}/alpaca`,
          ALPACA_KEY_ID: ALPACA.key_id,
          ALPACA_SECRET_KEY: ALPACA.secret_key,
          CHAOS_JOBS: process.env.CHAOS_JOBS ?? "100",
          CHAOS_ITEMS: process.env.CHAOS_ITEMS ?? "50",
          CHAOS_SEED: process.env.CHAOS_SEED ?? "1",
          TEST_MIGRATIONS: await readD1Migrations("migrations"),
        },
        // The bindings of production, connected to a server on loopback; EMBEDDINGS is "none" but where a test sets it.
        ai: { binding: "AI", ...remote },
        vectorize: {
          VECTORIZE: { index_name: "passages", ...remote },
          VECTORIZE_SMALL: { index_name: "passages-small", ...remote },
        },
        serviceBindings: {
          TEST_EMBEDDINGS: embeddings.answer,
          TEST_MAILBOX: mailbox.answer,
          TEST_OUTSIDE_PINE: answerOutsidePine,
          TEST_RECEIVER: receiver.answer,
          TEST_DATA(request: Request) {
            const file = join(dataFolder, decodeURIComponent(new URL(request.url).pathname));
            return existsSync(file) ? new Response(readFileSync(file)) : new Response(null, { status: 404 });
          },
        },
      },
    })),
  ],
  test: {
    testTimeout: 30_000,
    // A file spends half its time in starting, so even two cores do better with two at once.
    maxWorkers: 2,
    silent: "passed-only",
    hookTimeout: 30_000,
    deps: { optimizer: { ssr: { enabled: true, include: MANY_MODULES } } },
    setupFiles: ["test/support/migrate.ts", "test/support/settle.ts"],
    projects: [
      { extends: true, test: { name: "bindings", exclude: [...UNTESTED, ...PURE] } },
      { extends: true, test: { name: "pure", include: PURE, exclude: UNTESTED, isolate: false } },
    ],
  },
});
