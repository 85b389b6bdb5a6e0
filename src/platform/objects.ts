import type { Cost } from "./cost.ts";

const READS = new Set(["get", "head"]);
const WRITES = new Set(["put", "list", "delete", "createMultipartUpload", "resumeMultipartUpload"]);

/** An R2 bucket that counts: reads are class B operations, writes and listings class A. */
export function openObjects(bucket: R2Bucket, cost: Cost): R2Bucket {
  return new Proxy(bucket, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function" || typeof name !== "string") return value;
      return (...args: unknown[]) => {
        if (READS.has(name)) cost.r2_reads += 1;
        if (WRITES.has(name)) cost.r2_writes += 1;
        return Reflect.apply(value, target, args);
      };
    },
  });
}

/** The keys under a prefix in their order, a page of at most a thousand at a time. */
export async function* keyPages(bucket: R2Bucket, prefix: string): AsyncGenerator<string[]> {
  for (let cursor: string | undefined; ; ) {
    const page = await bucket.list({ prefix, ...(cursor ? { cursor } : {}) });
    yield page.objects.map((object) => object.key);
    if (!page.truncated) return;
    cursor = page.cursor;
  }
}

/** Deletes everything under a prefix. */
export async function deletePrefix(bucket: R2Bucket, prefix: string): Promise<void> {
  for await (const keys of keyPages(bucket, prefix)) {
    if (keys.length > 0) await bucket.delete(keys);
  }
}
