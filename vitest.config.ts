import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

/** Real documents and reference values; optional, the tests that need them skip without it. */
const dataFolder = resolve(process.env.BOURSE_TEST_DATA ?? "../shared/data");

function signingKeys(kid: string): string {
  const { d, x } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return JSON.stringify([{ kty: "OKP", crv: "Ed25519", kid, x, d }]);
}

export default defineConfig({
  plugins: [
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
          SIGNING_KEYS: signingKeys("test"),
          AUDIT_KEYS: signingKeys("test-audit"),
          TOKEN_SECRET: randomBytes(32).toString("base64url"),
          DATA_SECRET: randomBytes(32).toString("base64url"),
          BOOTSTRAP_TOKEN: randomBytes(32).toString("base64url"),
          TEST_MIGRATIONS: await readD1Migrations("migrations"),
        },
        serviceBindings: {
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
    silent: "passed-only",
    hookTimeout: 30_000,
    setupFiles: ["test/support/migrate.ts", "test/support/settle.ts"],
    exclude: ["test/client/**", "node_modules/**"],
  },
});
