import { env } from "cloudflare:workers";

/** The bytes of a reference file, or undefined where the data folder is missing: `ctx.skip(!bytes, "…")` then. */
export async function dataFile(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const { TEST_DATA } = env as unknown as { TEST_DATA: Fetcher };
  const response = await TEST_DATA.fetch(`http://data/${path}`);
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
}
