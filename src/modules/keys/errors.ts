import { type FieldError, invalidInput, Problem } from "../../http/problem.ts";

export const keyNotFound = () =>
  new Problem(404, "api_keys.not_found", "There is no such API key on this desk.");

export const tooManyKeys = (max: number) =>
  new Problem(409, "api_keys.too_many", `A desk has at most ${max} API keys; revoke one that nobody needs.`);

export const keyOfAnother = () =>
  new Problem(
    403,
    "api_keys.not_yours",
    "A key acts in its maker's name, so only its maker may have its new secret. You may revoke it.",
  );

export const keyEnded = () =>
  new Problem(
    409,
    "api_keys.ended",
    "The key has expired, or has just been rotated or revoked; read it again.",
  );

/** One error for each scope that the maker can't give. */
export function wrongScopes(scopes: readonly string[], why: (scope: string) => string | undefined) {
  const errors = scopes.flatMap((scope, at): FieldError[] => {
    const message = why(scope);
    return message === undefined ? [] : [{ path: `scopes.${at}`, code: "api_keys.scope", message }];
  });
  return errors.length === 0 ? undefined : invalidInput(errors);
}

export const multiplierBeyondPlan = (plan: string, max: number) =>
  invalidInput([
    {
      path: "rate_multiplier",
      code: "api_keys.rate_multiplier",
      message: `is at most ${max} on the ${plan} plan`,
    },
  ]);
