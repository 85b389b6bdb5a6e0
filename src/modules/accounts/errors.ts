import { notAuthenticated, Problem } from "../../http/problem.ts";

const refused = (code: string, detail: string) =>
  new Problem(401, code, detail, { headers: { "www-authenticate": 'Bearer realm="bourse"' } });

export const wrongCredentials = () =>
  refused("auth.wrong_credentials", "The name or address and the password do not fit together.");

export const wrongAnswer = () => refused("auth.wrong_code", "This code is not, or no longer, valid.");

export const challengeEnded = () =>
  refused("auth.challenge_ended", "This log-in has ended or had five wrong codes. Begin again.");

export const refreshRefused = () =>
  notAuthenticated("This refresh token is not, or no longer, valid. Log in again.");

/** Of somebody who is logged in: their session stays what it is. */
export const wrongPassword = () =>
  new Problem(403, "auth.wrong_password", "This is not the account's password.");

export const secondFactorNeeded = () =>
  new Problem(
    403,
    "auth.code_needed",
    "Send a `code` of the account's second factor; a password does not do.",
  );

export const proofRefused = () =>
  new Problem(404, "auth.proof_not_found", "This link is not, or no longer, valid. Ask for a new one.");

export const nameTaken = (field: "email" | "username") =>
  new Problem(409, `accounts.${field}_taken`, `This ${field} is already registered.`);

export const weakPassword = (path: "password" | "new_password", reasons: string[]) =>
  new Problem(422, "accounts.weak_password", `The password needs ${reasons.join(", ")}.`, {
    errors: reasons.map((reason) => ({ path, code: "weak_password", message: `needs ${reason}` })),
  });

export const passwordUnchanged = () =>
  new Problem(422, "accounts.password_unchanged", "The new password is the one that the account has.");

export const sessionNotFound = () => new Problem(404, "sessions.not_found", "You have no such session.");
/** One answer for a code that is wrong, was used before or belongs to another time. */
export const wrongCode = () =>
  new Problem(422, "auth.wrong_code", "This code does not fit, or was used before.", {
    errors: [{ path: "code", code: "wrong_code", message: "is not a code that can be taken now" }],
  });

export const mfaActive = () =>
  new Problem(409, "accounts.mfa_active", "Your second factor is on; turn it off before you enroll another.");

export const mfaInactive = () => new Problem(409, "accounts.mfa_inactive", "Your second factor is off.");

export const mfaNotEnrolled = () =>
  new Problem(409, "accounts.mfa_not_enrolled", "Enroll a factor first: POST /v1/auth/mfa/enroll.");

export const lastAdmin = () =>
  new Problem(
    409,
    "accounts.last_admin",
    "This is the last admin of a desk that has other members: make one of them an admin first.",
  );

export const lastSuperAdmin = () =>
  new Problem(409, "accounts.last_super_admin", "The platform's last active super admin stays.");

export const accountChanged = () =>
  new Problem(409, "accounts.changed", "The account has just been changed by another call; try again.");
