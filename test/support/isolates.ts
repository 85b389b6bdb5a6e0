import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { vi } from "vitest";
import { testEnv } from "./env.ts";

/** Another isolate: the same bindings, and modules that know nothing of what these ones do. */
export async function newIsolate(): Promise<(path: string, token: string) => Promise<Response>> {
  vi.resetModules();
  const { app } = await import("../../src/app.ts");
  return async (path, token) => {
    const ctx = createExecutionContext();
    const headers = { authorization: `Bearer ${token}` };
    const answer = await app.fetch(new Request(`https://bourse.test${path}`, { headers }), testEnv, ctx);
    await waitOnExecutionContext(ctx);
    return answer;
  };
}
