import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { type AuditFilter, type LoggedRow, listAudit } from "./store.ts";

const SORT = "-at";

export async function getAudit(
  ctx: Ctx,
  query: AuditFilter & { limit: number; cursor?: string | undefined },
): Promise<Page<LoggedRow>> {
  requirePermission(ctx, "audit:read");
  const after = decodeCursor(SORT, query.cursor);
  const rows = await listAudit(ctx.db, ctx.desk, query, after, query.limit + 1);
  return pageOf<LoggedRow>(rows, query.limit, SORT, (row) => [row.at, row.id]);
}
