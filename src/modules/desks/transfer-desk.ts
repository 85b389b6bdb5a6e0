import { authorize, type Ctx } from "../access/context.ts";
import { onDesk } from "../access/on-desk.ts";
import { auditIfChanged } from "../audit/record.ts";
import { changeStanding, memberSubject } from "../directory/callers.ts";
import { type MemberProfile, transferAdmin } from "../directory/member-store.ts";
import { cannotTakeOver, transferToOneself } from "./errors.ts";
import { memberOf } from "./member-of.ts";

/** Hands a desk over: the other becomes its admin and the caller a manager, both or neither. */
export async function transferDesk(
  ctx: Ctx,
  { id, user_id }: { id: string; user_id: string },
): Promise<MemberProfile> {
  const on = await onDesk(ctx, id);
  await authorize(on, "members:write");
  if (user_id === on.actor) throw transferToOneself();
  const taker = await memberOf(on, user_id);
  const won = await changeStanding(
    on,
    [memberSubject(on.desk, on.actor), memberSubject(on.desk, taker.user_id)],
    transferAdmin(on.db, on.desk, on.actor, taker.user_id),
    auditIfChanged(on, {
      action: "desk.transfer",
      target: on.desk,
      before: { [on.actor]: "admin", [taker.user_id]: taker.role },
      after: { [on.actor]: "manager", [taker.user_id]: "admin" },
    }),
  );
  if (!won) throw cannotTakeOver();
  return { ...taker, role: "admin" };
}
