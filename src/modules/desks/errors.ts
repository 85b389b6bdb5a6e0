import { invalidInput, Problem } from "../../http/problem.ts";

export const tooManyDesks = (max: number) =>
  new Problem(409, "desks.too_many", `One person can make at most ${max} desks.`);

export const memberNotFound = () =>
  new Problem(404, "members.not_found", "There is no such member on this desk.");

export const lastAdmin = () =>
  new Problem(409, "desks.last_admin", "A desk keeps an active admin: make somebody else one first.");

export const onlyDesk = () =>
  new Problem(409, "desks.only_desk", "This is your only desk; make or join another one before you leave.");

export const memberChanged = () =>
  new Problem(409, "members.changed", "Somebody has just changed this membership; read it again.");

export const cannotTakeOver = () =>
  new Problem(409, "desks.cannot_take_over", "Only an active member can take the desk over, from its admin.");

export const transferToOneself = () =>
  invalidInput([{ path: "user_id", code: "desks.to_oneself", message: "must be somebody else" }]);

export const invitationNotFound = () =>
  new Problem(404, "invitations.not_found", "There is no such open invitation for you.");

export const tooManyInvitations = (max: number) =>
  new Problem(409, "invitations.too_many", `A desk has at most ${max} open invitations.`);
