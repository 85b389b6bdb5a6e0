import { Problem } from "../../http/problem.ts";

export const userNotFound = () => new Problem(404, "users.not_found", "There is no such user.");

/** The same whether no token is set, this one is wrong or was used, or the caller is a super admin already. */
export const bootstrapRefused = () =>
  new Problem(404, "admin.no_bootstrap", "This token makes nobody a super admin.");

export const notBorrowable = () =>
  new Problem(
    409,
    "admin.not_borrowable",
    "Only the view of an active user who is no super admin, and not yourself, can be borrowed.",
  );

export const noHomeDesk = () =>
  new Problem(409, "admin.no_desk", "This user has no open desk to put on a plan.");
