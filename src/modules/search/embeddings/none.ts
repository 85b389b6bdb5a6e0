import type { Embeddings } from "./types.ts";

/** No vectors outside the index. */
export const noEmbeddings: Embeddings = {
  async upsert() {},
  async remove() {},
  async nearest() {
    return [];
  },
};
