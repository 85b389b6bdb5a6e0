import { requireVersion } from "../../http/preconditions.ts";
import { versionChanged } from "../../http/problem.ts";
import { authorize, type Ctx } from "../access/context.ts";
import { deskNotFound } from "../access/errors.ts";
import { onDesk } from "../access/on-desk.ts";
import { auditIfChanged } from "../audit/record.ts";
import { changeStanding } from "../directory/callers.ts";
import { findDesk, renameDesk as rename } from "../directory/desk-store.ts";
import type { OwnDesk } from "./views.ts";

/** Gives a desk another name, only from the version that the caller read. */
export async function renameDesk(
  ctx: Ctx,
  { id, ifMatch, name }: { id: string; name: string; ifMatch: string | undefined },
): Promise<OwnDesk & { version: number }> {
  const on = await onDesk(ctx, id);
  await authorize(on, "desks:write");
  const before = await findDesk(on.db, on.desk);
  if (before === undefined) throw deskNotFound();
  requireVersion(ifMatch, before.version);
  const after = { ...before, name, updated_at: on.clock.now(), version: before.version + 1 };
  const won = await changeStanding(
    on,
    [on.desk],
    rename(on.db, before, after),
    auditIfChanged(on, { action: "desk.update", target: on.desk, before, after }),
  );
  if (!won) throw versionChanged();
  return { ...after, role: on.role };
}
