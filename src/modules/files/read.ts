import { contentAnswer } from "../../http/content.ts";
import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import type { DeskId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { fileExpired, fileNotFound } from "./errors.ts";
import { type Purpose, standingOf } from "./policy.ts";
import { type FileRow, findFile, listFiles } from "./store.ts";

/** A file that has not ended: 410 where it has expired, and 404 for one that is deleted or not this desk's. */
export async function liveFile(
  { clock, db }: Platform,
  desk: DeskId,
  id: string,
  missing = fileNotFound,
): Promise<FileRow> {
  const file = await findFile(db, desk, id);
  const standing = file === undefined ? "gone" : standingOf(file, clock.now());
  if (standing === "expired") throw fileExpired();
  if (file === undefined || standing === "gone") throw missing();
  return file;
}

export async function getFile(ctx: Ctx, { id }: { id: string }): Promise<FileRow> {
  requirePermission(ctx, "files:read");
  return await liveFile(ctx, ctx.desk, id);
}

const SORT = "-expires_at";

/** The files that have not ended, the newest first. */
export async function getFiles(
  ctx: Ctx,
  query: { purpose?: Purpose | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<FileRow>> {
  requirePermission(ctx, "files:read");
  const after = decodeCursor(SORT, query.cursor);
  const rows = await listFiles(ctx.db, ctx.desk, query.purpose, ctx.clock.now(), after, query.limit + 1);
  return pageOf(rows, query.limit, SORT, ({ expires_at, id }) => [expires_at, id]);
}

export async function getFileContent(ctx: Ctx, { id }: { id: string }, request: Headers): Promise<Response> {
  const file = await getFile(ctx, { id });
  const answer = await contentAnswer(ctx.files, contentOf(file), request);
  if (answer === undefined) throw fileNotFound();
  return answer;
}

/** A live row names its object; a key that none has finds none. */
export const contentOf = ({ object_key, ...file }: FileRow) => ({ ...file, key: object_key ?? "" });

/** What batches read their items from: an upload of this desk that has not ended. 404 for what is no upload. */
export async function getUploadedFile(ctx: Ctx, { id }: { id: string }): Promise<FileRow> {
  const file = await getFile(ctx, { id });
  if (file.purpose !== "upload") throw fileNotFound();
  return file;
}

/** The same with its bytes, for jobs: it asks for no permission, as `getUploadedFile` has when the job was asked for. */
export async function openUploadedFile(
  platform: Platform,
  desk: DeskId,
  id: string,
): Promise<{ file: FileRow; bytes: ReadableStream<Uint8Array> }> {
  const file = await liveFile(platform, desk, id);
  const object = file.purpose === "upload" ? await platform.files.get(contentOf(file).key) : null;
  if (object === null) throw fileNotFound();
  return { file, bytes: object.body };
}
