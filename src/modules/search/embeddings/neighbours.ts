import type { DeskId } from "../../../platform/ids.ts";
import type { Log } from "../../../platform/log.ts";
import type { Platform } from "../../../platform/platform.ts";
import { embeddingsOf } from "./open.ts";
import type { Neighbour } from "./types.ts";

/** As many as Vectorize gives at once. */
const MAX_NEIGHBOURS = 100;

/**
 * The desk's passages nearest to the query in meaning, by the embeddings that are configured; none where there are none.
 * Never fails and never takes longer than `EMBEDDING_TIMEOUT_MS`: search then goes on without this signal. Ids that the
 * desk's index does not know are to be dropped.
 */
export async function neighboursOf(
  platform: Platform,
  desk: DeskId,
  query: string,
  log: Log,
): Promise<Neighbour[]> {
  if (platform.settings.EMBEDDINGS === "none") return [];
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error("too late")), platform.settings.EMBEDDING_TIMEOUT_MS);
  try {
    const found = embeddingsOf(platform).nearest(desk, query, MAX_NEIGHBOURS, limit.signal);
    return await Promise.race([found, abortOf(limit.signal)]);
  } catch (error) {
    log.warn("search goes on without embeddings", { desk, error });
    return [];
  } finally {
    clearTimeout(timer);
  }
}

/** Vectorize takes no signal, so its answer is not waited for. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason), { once: true }),
  );
}
