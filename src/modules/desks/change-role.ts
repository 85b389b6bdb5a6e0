import { authorize, type Ctx } from "../access/context.ts";
import { onDesk } from "../access/on-desk.ts";
import { auditIfChanged } from "../audit/record.ts";
import { changeStanding, memberSubject } from "../directory/callers.ts";
import { changeMemberRole, type MemberProfile } from "../directory/member-store.ts";
import type { Role } from "../directory/policy.ts";
import { memberOf, whyUnchanged } from "./member-of.ts";

/** Gives a member another role; a desk never loses its last active admin by it, whoever asks at the same moment. */
export async function changeRole(
  ctx: Ctx,
  { id, role, user_id }: { id: string; user_id: string; role: Role },
): Promise<MemberProfile> {
  const on = await onDesk(ctx, id);
  await authorize(on, "members:write");
  const member = await memberOf(on, user_id);
  const won = await changeStanding(
    on,
    [memberSubject(on.desk, member.user_id)],
    changeMemberRole(on.db, { desk_id: on.desk, ...member }, role),
    auditIfChanged(on, {
      action: "member.change_role",
      target: member.user_id,
      before: { role: member.role },
      after: { role },
    }),
  );
  if (!won) throw await whyUnchanged(on, member);
  return { ...member, role };
}
