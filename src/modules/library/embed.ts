import { z } from "zod";
import { reach } from "../../platform/faults.ts";
import {
  type ChunkId,
  type DeskId,
  type DocumentId,
  idSchema,
  isId,
  type JobId,
} from "../../platform/ids.ts";
import { keyPages } from "../../platform/objects.ts";
import type { Platform } from "../../platform/platform.ts";
import { embeddingsOf } from "../search/embeddings/open.ts";
import { indexOf } from "../search/index/open.ts";
import type { BuildAnswer, IndexedChunk } from "../search/index/types.ts";
import { vectorsKey, vectorsPrefix } from "./object-keys.ts";

/** The ledger of a document's vectors: what a build has put into Vectorize, written before it is put there. */
const ledgerPart = z.object({ version: z.literal(1), ids: z.array(idSchema("chk")) });

interface Building {
  desk: DeskId;
  /** The job, and by its name the build. */
  id: JobId;
  platform: Platform;
}

interface Range {
  from: number;
  to: number;
}

export const embeds = ({ settings }: Platform): boolean => settings.EMBEDDINGS !== "none";

/**
 * Stages the chunks of some units in the index, their vectors first: the index then says whether the build may still
 * write, and one that may not takes its vectors back. May be repeated.
 */
export async function stageRange(
  building: Building,
  document: DocumentId,
  range: Range,
  chunks: IndexedChunk[],
): Promise<BuildAnswer> {
  const { desk, id, platform } = building;
  const vectors = embeds(platform) && chunks.length > 0;
  if (vectors) await embedChunks(building, document, range, chunks);
  const answer = await indexOf(platform, desk).put(document, id, range.from, range.to, chunks);
  await reach("slice.effect", id);
  if (vectors && answer !== "ok") {
    // Whoever cleared up behind this build may have read the ledger before the vectors came.
    await noteVectors(building, document, range, chunks);
    await dropVectors(platform, desk, document, (build) => build === id);
  }
  return answer;
}

async function embedChunks(
  building: Building,
  document: DocumentId,
  range: Range,
  chunks: IndexedChunk[],
): Promise<void> {
  const { desk, id, platform } = building;
  await noteVectors(building, document, range, chunks);
  await reach("slice.effect", id);
  const passages = chunks.map((chunk) => ({ id: chunk.id, text: embeddedText(chunk) }));
  await embeddingsOf(platform).upsert(desk, passages);
  await reach("slice.effect", id);
}

const embeddedText = ({ heading, text }: IndexedChunk) => (heading === "" ? text : `${heading}\n${text}`);

async function noteVectors(
  { desk, id, platform }: Building,
  document: DocumentId,
  { from }: Range,
  chunks: IndexedChunk[],
): Promise<void> {
  const part: z.infer<typeof ledgerPart> = { version: 1, ids: chunks.map((chunk) => chunk.id) };
  await platform.files.put(vectorsKey(desk, document, id, from), JSON.stringify(part));
}

/**
 * Removes the vectors of these builds of a document, but for those that another build has as well: the id of a chunk
 * hangs on its text, so builds share them. The ledger goes last, so that this may be repeated after a crash.
 */
export async function dropVectors(
  platform: Platform,
  desk: DeskId,
  document: DocumentId,
  dropped: (build: JobId) => boolean,
): Promise<void> {
  if (!embeds(platform)) return;
  const keys = await ledgerKeys(platform, desk, document);
  const gone = keys.filter(({ build }) => dropped(build));
  if (gone.length === 0) return;
  const kept = await notedIds(
    platform,
    keys.filter(({ build }) => !dropped(build)),
  );
  const ids = (await notedIds(platform, gone)).difference(kept);
  await embeddingsOf(platform).remove(desk, [...ids]);
  for (let at = 0; at < gone.length; at += MAX_DELETED) {
    await platform.files.delete(gone.slice(at, at + MAX_DELETED).map(({ key }) => key));
  }
}

/** Keys that R2 deletes in one call. */
const MAX_DELETED = 1_000;

interface LedgerKey {
  key: string;
  build: JobId;
}

async function ledgerKeys({ files }: Platform, desk: DeskId, document: DocumentId): Promise<LedgerKey[]> {
  const prefix = vectorsPrefix(desk, document);
  const keys: LedgerKey[] = [];
  for await (const page of keyPages(files, prefix)) {
    for (const key of page) {
      const build = key.slice(prefix.length).split("/")[0] ?? "";
      if (isId("job", build)) keys.push({ key, build });
    }
  }
  return keys;
}

async function notedIds({ files }: Platform, keys: LedgerKey[]): Promise<Set<ChunkId>> {
  const noted = new Set<ChunkId>();
  for (const { key } of keys) {
    const object = await files.get(key);
    if (object === null) continue;
    for (const id of ledgerPart.parse(await object.json()).ids) noted.add(id);
  }
  return noted;
}
