import { openObject } from "../../../platform/durable-objects.ts";
import type { DeskId } from "../../../platform/ids.ts";
import type { Platform } from "../../../platform/platform.ts";
import type { LibraryIndex } from "./library-index.ts";

type Remote<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** What the index of a desk offers to the Worker. */
export type IndexApi = Remote<Omit<LibraryIndex, keyof CloudflareWorkersModule.DurableObject>>;

/** The search index of a desk; it exists from the first call on. */
export function indexOf({ cost, env }: Pick<Platform, "env" | "cost">, desk: DeskId): IndexApi {
  return openObject<IndexApi>(env.LIBRARY_INDEX, desk, cost);
}
