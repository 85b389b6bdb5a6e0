import type { Platform } from "../../../platform/platform.ts";
import { noEmbeddings } from "./none.ts";
import type { Embeddings } from "./types.ts";
import { workersAiEmbeddings } from "./workers-ai.ts";

/** The embeddings that the settings choose. */
export function embeddingsOf({
  cost,
  env,
  settings,
}: Pick<Platform, "cost" | "env" | "settings">): Embeddings {
  const { AI, VECTORIZE } = env;
  if (settings.EMBEDDINGS === "none" || AI === undefined || VECTORIZE === undefined) return noEmbeddings;
  return workersAiEmbeddings({ ai: AI, vectorize: VECTORIZE, model: settings.EMBEDDING_MODEL, cost });
}
