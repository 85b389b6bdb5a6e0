import type { EmbeddingModel } from "../../../env.ts";

interface ModelTerms {
  /** Length of a vector; the Vectorize index has to be made with it. */
  dimensions: number;
  /** As much of a text as is sent. */
  text_characters: number;
  /** The model's context window over a whole call, counted as if every character were a token. */
  call_characters: number;
  /** What else the model takes with every text. */
  options: Record<string, string | boolean>;
  /** What its makers put before a query, and not before a passage. */
  query_prefix: string;
}

/** Models that read 512 tokens, about four characters each in English; they leave the rest of a text out. */
const ENGLISH = {
  text_characters: 2_048,
  call_characters: 153_600,
  options: { pooling: "cls" },
  query_prefix: "Represent this sentence for searching relevant passages: ",
};

/** After https://developers.cloudflare.com/workers-ai/models/ and the model cards of BAAI. */
export const MODEL_TERMS: Record<EmbeddingModel, ModelTerms> = {
  "@cf/baai/bge-m3": {
    dimensions: 1_024,
    text_characters: 8_192,
    call_characters: 60_000,
    options: { truncate_inputs: true },
    query_prefix: "",
  },
  "@cf/baai/bge-base-en-v1.5": { dimensions: 768, ...ENGLISH },
  "@cf/baai/bge-small-en-v1.5": { dimensions: 384, ...ENGLISH },
};

/** Texts that Workers AI takes in one call. */
export const MAX_CALL_TEXTS = 100;
