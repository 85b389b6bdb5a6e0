import { notAuthenticated, Problem } from "../../http/problem.ts";

export const wrongCredentials = () =>
  new Problem(401, "auth.wrong_credentials", "The name or address and the password do not fit together.", {
    headers: { "www-authenticate": 'Bearer realm="bourse"' },
  });

export const nameTaken = (field: "email" | "username") =>
  new Problem(409, `accounts.${field}_taken`, `This ${field} is already registered.`);

export const weakPassword = (reasons: string[]) =>
  new Problem(422, "accounts.weak_password", `The password needs ${reasons.join(", ")}.`, {
    errors: reasons.map((reason) => ({
      path: "password",
      code: "weak_password",
      message: `needs ${reason}`,
    })),
  });

export const refreshRefused = () =>
  notAuthenticated("This refresh token is not, or no longer, valid. Log in again.");

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
