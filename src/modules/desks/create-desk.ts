import { runBatch } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import { type Ctx, requirePerson } from "../access/context.ts";
import { auditIfChanged, inDesk } from "../audit/record.ts";
import { insertDeskUpTo, insertMakerIfChanged, type NewDesk } from "../directory/desk-store.ts";
import { tooManyDesks } from "./errors.ts";
import { MAX_DESKS } from "./policy.ts";
import type { OwnDesk } from "./views.ts";

/** Makes a desk whose maker is its first admin. Any person may, whatever their role on the active desk. */
export async function createDesk(ctx: Ctx, { name }: { name: string }): Promise<OwnDesk> {
  requirePerson(ctx);
  const desk: NewDesk = {
    id: newId("dsk"),
    name,
    plan: ctx.settings.DEFAULT_PLAN,
    created_by: ctx.actor,
    created_at: ctx.clock.now(),
  };
  const made = await runBatch(
    ctx.db,
    insertDeskUpTo(ctx.db, desk, MAX_DESKS),
    auditIfChanged(inDesk(ctx, desk.id), { action: "desk.create", target: desk.id, after: desk }),
    insertMakerIfChanged(ctx.db, desk),
  );
  if (!made) throw tooManyDesks(MAX_DESKS);
  return { ...desk, role: "admin" };
}
