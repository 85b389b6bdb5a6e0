import type { ChunkId } from "../../../src/platform/ids.ts";
import { type Account, call, type UploadedDocument, upload } from "../desk.ts";
import { type TestEnv, testEnv } from "../env.ts";

/** The Worker's bindings where search by Workers AI and Vectorize is switched on. */
export const embeddingEnv: TestEnv = { ...testEnv, EMBEDDINGS: "workers-ai" };

/** The chunks that the desk has vectors of in Vectorize, in no order. */
export async function chunksWithVectors({ desk_id }: Pick<Account, "desk_id">): Promise<ChunkId[]> {
  const answer = await testEnv.TEST_EMBEDDINGS.fetch(`http://vectors/?namespace=${desk_id}`);
  const ids = await answer.json<string[]>();
  return ids.map((id): ChunkId => `chk_${id.slice(32)}`).sort();
}

/** The published chunks of a document, all of them, sorted by id. */
export async function chunkIds({ access_token: token }: Account, document: string): Promise<ChunkId[]> {
  const ids: ChunkId[] = [];
  for (let cursor = ""; ; ) {
    const answer = await call(`/v1/documents/${document}/chunks?limit=100${cursor}`, { token });
    const page = await answer.json<{ data: { id: ChunkId }[]; next_cursor: string | null }>();
    ids.push(...page.data.map(({ id }) => id));
    if (page.next_cursor === null) return ids.sort();
    cursor = `&cursor=${page.next_cursor}`;
  }
}

/** What the document's vectors are noted in. */
export async function ledgerOf({ desk_id }: Account, document: string): Promise<string[]> {
  const { objects } = await testEnv.FILES.list({ prefix: `desks/${desk_id}/documents/${document}/vectors/` });
  return objects.map(({ key }) => key);
}

export async function uploadText(by: Account, text: string, name = "notes.md"): Promise<UploadedDocument> {
  const answer = await upload(by.access_token, text, name);
  if (answer.status !== 202) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
  return await answer.json<UploadedDocument>();
}

/** Sections of a chunk each, so that twenty make a range. */
export const sections = (count: number, word = "volatility"): string =>
  Array.from({ length: count }, (_, n) => `# Rule ${n}\n\nRule number ${n} is about ${word}.\n`).join("\n");
