import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

/** Real documents and reference values; optional, the tests that need them skip without it. */
const dataFolder = resolve(process.env.BOURSE_TEST_DATA ?? "../shared/data");

export default defineConfig({
  plugins: [
    cloudflareTest({
      miniflare: {
        compatibilityDate: "2026-08-01",
        compatibilityFlags: ["nodejs_compat"],
        serviceBindings: {
          TEST_DATA(request: Request) {
            const file = join(dataFolder, decodeURIComponent(new URL(request.url).pathname));
            return existsSync(file) ? new Response(readFileSync(file)) : new Response(null, { status: 404 });
          },
        },
      },
    }),
  ],
  test: { testTimeout: 30_000, hookTimeout: 30_000 },
});
