import { newId } from "../../platform/ids.ts";
import { authorize, type Ctx, requirePerson } from "../access/context.ts";
import { onDesk } from "../access/on-desk.ts";
import { auditIfChanged, inDesk } from "../audit/record.ts";
import { changeStanding, memberSubject } from "../directory/callers.ts";
import { firstDesk, insertDeskWhereNone, insertMakerIfChanged } from "../directory/desk-store.ts";
import { deleteMember, endWaysIn, type MemberProfile } from "../directory/member-store.ts";
import { forgetVotesOf } from "../search/forget-votes.ts";
import { onlyDesk } from "./errors.ts";
import { memberOf, whyUnchanged } from "./member-of.ts";

/** Takes a member off a desk; whoever names themselves leaves it, which needs no permission. */
export async function removeMember(
  ctx: Ctx,
  { id, user_id }: { id: string; user_id: string },
): Promise<void> {
  const on = await onDesk(ctx, id);
  if (user_id === on.actor) return await leaveDesk(on);
  await authorize(on, "members:write");
  const member = await memberOf(on, user_id);
  const now = on.clock.now();
  const won = await changeStanding(
    on,
    [memberSubject(on.desk, member.user_id)],
    deleteMember(on.db, { desk_id: on.desk, ...member }, false),
    auditIfChanged(on, { action: "member.remove", target: member.user_id, before: { role: member.role } }),
    ...endWaysIn(on.db, on.desk, member.user_id, now),
    ...newHome(on, member, now),
  );
  if (!won) throw await whyUnchanged(on, member);
  on.defer(forgetVotesOf(on, member.user_id, on.desk));
}

/** Everybody is on a desk: whoever was removed from their only one gets an empty one of their own. */
function newHome(on: Ctx, { user_id, username }: MemberProfile, now: number) {
  const desk = {
    id: newId("dsk"),
    name: `${username}'s desk`,
    plan: on.settings.DEFAULT_PLAN,
    created_by: user_id,
    created_at: now,
  };
  return [
    insertDeskWhereNone(on.db, desk),
    auditIfChanged(inDesk(on, desk.id), { action: "desk.create", target: desk.id, after: desk }),
    insertMakerIfChanged(on.db, desk),
  ];
}

async function leaveDesk(on: Ctx): Promise<void> {
  requirePerson(on);
  const member = await memberOf(on, on.actor);
  const won = await changeStanding(
    on,
    [memberSubject(on.desk, member.user_id)],
    deleteMember(on.db, { desk_id: on.desk, ...member }, true),
    auditIfChanged(on, { action: "member.leave", target: member.user_id, before: { role: member.role } }),
    ...endWaysIn(on.db, on.desk, member.user_id, on.clock.now()),
  );
  if (won) {
    on.defer(forgetVotesOf(on, member.user_id, on.desk));
    return;
  }
  if ((await firstDesk(on.db, on.actor, on.desk)) === undefined) throw onlyDesk();
  throw await whyUnchanged(on, member);
}
