import { runBatch } from "../../platform/database.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { auditIfChanged } from "../audit/record.ts";
import { fileNotFound } from "./errors.ts";
import { contentOf, liveFile } from "./read.ts";
import { deleteFileRow } from "./store.ts";

/** Ends a file and its links. The row goes first: after it nothing is readable, and the sweep deletes what is left. */
export async function deleteFile(ctx: Ctx, { id }: { id: string }): Promise<void> {
  requirePermission(ctx, "files:write");
  const file = await liveFile(ctx, ctx.desk, id);
  const { key, sha256 } = contentOf(file);
  const won = await runBatch(
    ctx.db,
    deleteFileRow(ctx.db, ctx.desk, file.id, ctx.clock.now()),
    auditIfChanged(ctx, { action: "file.delete", target: file.id, before: { sha256 } }),
  );
  if (!won) throw fileNotFound();
  await ctx.files.delete(key);
}
