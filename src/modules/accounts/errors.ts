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
