import { testEnv } from "./env.ts";

/** The bytes of a reference file, or undefined where the data folder is missing: `ctx.skip(!bytes, "…")` then. */
export async function dataFile(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await testEnv.TEST_DATA.fetch(`http://data/${path}`);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
}
