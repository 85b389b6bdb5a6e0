import { z } from "zod";
import { cosine } from "./bag-of-words.ts";

/** What Vectorize answers with another status than 200. */
export class VectorizeRefusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const bytesOf = (text: string) => Buffer.byteLength(text);
const name = z.string().refine((text) => bytesOf(text) <= 64, "is longer than 64 bytes");

const vectorShape = z.strictObject({
  id: name.min(1),
  namespace: name.optional(),
  values: z.array(z.number()),
});

const queryShape = z
  .strictObject({
    vector: z.array(z.number()),
    topK: z.int().min(1).max(100).default(5),
    namespace: name.optional(),
    returnValues: z.boolean().default(false),
    returnMetadata: z.enum(["none", "indexed", "all"]).default("none"),
  })
  .refine(
    ({ returnMetadata, returnValues, topK }) => topK <= 20 || (!returnValues && returnMetadata === "none"),
  );

/**
 * An index of Vectorize with exact search: https://developers.cloudflare.com/vectorize/platform/limits/, and the limit of
 * deletions that only its error 40007 tells of. Ids are one for all namespaces, as they are there.
 */
export class VectorStore {
  readonly #vectors = new Map<string, z.infer<typeof vectorShape>>();
  readonly #dimensions: number;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  idsIn(namespace: string): string[] {
    return [...this.#vectors.values()].filter((one) => one.namespace === namespace).map(({ id }) => id);
  }

  answer(operation: string, body: string): object {
    if (bytesOf(body) > 100_000_000) throw new VectorizeRefusal(40_005, "payload too large");
    switch (operation) {
      case "upsert":
        return this.#upsert(body.split("\n").map((line) => vectorShape.parse(JSON.parse(line))));
      case "deleteByIds":
        return this.#delete(z.strictObject({ ids: z.array(name) }).parse(JSON.parse(body)).ids);
      case "query":
        return this.#query(queryShape.parse(JSON.parse(body)));
      default:
        throw new VectorizeRefusal(40_000, `no operation ${operation}`);
    }
  }

  #upsert(vectors: z.infer<typeof vectorShape>[]): object {
    if (vectors.length > 1_000) throw new VectorizeRefusal(40_008, `${vectors.length} vectors at once`);
    for (const vector of vectors) this.#requireDimensions(vector.values);
    for (const vector of vectors) this.#vectors.set(vector.id, vector);
    return { mutationId: crypto.randomUUID() };
  }

  #delete(ids: string[]): object {
    if (ids.length > 100)
      throw new VectorizeRefusal(40_007, `too many ids in payload; max id count is 100, got ${ids.length}`);
    for (const id of ids) this.#vectors.delete(id);
    return { mutationId: crypto.randomUUID() };
  }

  #query({ namespace, topK, vector }: z.infer<typeof queryShape>): object {
    this.#requireDimensions(vector);
    const matches = [...this.#vectors.values()]
      .filter((one) => namespace === undefined || one.namespace === namespace)
      .map(({ id, values }) => ({ id, score: cosine(vector, values) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, topK);
    return { count: matches.length, matches };
  }

  #requireDimensions({ length }: number[]): void {
    if (length !== this.#dimensions)
      throw new VectorizeRefusal(40_012, `expected ${this.#dimensions} dimensions, and got ${length}`);
  }
}
