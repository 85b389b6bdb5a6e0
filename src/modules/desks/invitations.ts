import { decodeCursor, type Page, pageOf } from "../../http/lists.ts";
import { runBatch } from "../../platform/database.ts";
import { isId } from "../../platform/ids.ts";
import { authorize, type Ctx, requirePermission } from "../access/context.ts";
import { onDesk } from "../access/on-desk.ts";
import { auditIfChanged } from "../audit/record.ts";
import {
  type Invitation,
  revokeInvitation as revoke,
  selectOpenInvitations,
} from "../directory/invitation-store.ts";
import { invitationNotFound } from "./errors.ts";

const SORT = "email";

/** Those that can still be accepted, by address. */
export async function listInvitations(
  ctx: Ctx,
  { cursor, id, limit }: { id: string; limit: number; cursor?: string | undefined },
): Promise<Page<Invitation>> {
  const on = await onDesk(ctx, id);
  requirePermission(on, "members:read");
  const after = decodeCursor(SORT, cursor);
  const rows = await selectOpenInvitations(on.db, on.desk, on.clock.now(), after, limit + 1);
  return pageOf(rows, limit, SORT, (row) => [row.email, row.id]);
}

/** Takes an open invitation back: its token opens nothing from now on. */
export async function revokeInvitation(
  ctx: Ctx,
  { id, invitation_id }: { id: string; invitation_id: string },
): Promise<void> {
  const on = await onDesk(ctx, id);
  await authorize(on, "members:invite");
  if (!isId("inv", invitation_id)) throw invitationNotFound();
  const won = await runBatch(
    on.db,
    revoke(on.db, on.desk, invitation_id, on.clock.now()),
    auditIfChanged(on, { action: "invitation.revoke", target: invitation_id }),
  );
  if (!won) throw invitationNotFound();
}
