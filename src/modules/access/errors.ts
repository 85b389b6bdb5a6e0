import { type LimitState, limitExceeded } from "../../http/limit-headers.ts";
import { Problem } from "../../http/problem.ts";

export const personNeeded = () =>
  new Problem(403, "access.person_needed", "Only a person's own session may do this, not an API key.");

export const emailUnverified = () =>
  new Problem(
    403,
    "access.email_unverified",
    "Verify your address first: POST /v1/auth/email/resend sends the mail again.",
  );

export const proofNeeded = () =>
  new Problem(
    403,
    "access.proof_needed",
    "Prove who you are again: POST /v1/auth/mfa/verify with `code`, or with `password` where you have no second factor.",
  );

export const deskNotFound = () =>
  new Problem(404, "desks.not_found", "There is no such desk, or you are not on it.");

export const quotaExceeded = (quota: LimitState, all: LimitState[]) =>
  limitExceeded(
    "limits.quota_exceeded",
    "The calls that the desk's plan gives in a month are used up. They begin anew with the month, UTC.",
    [quota],
    all,
  );

export const jobQuotaExceeded = (quota: LimitState) =>
  limitExceeded(
    "limits.quota_exceeded",
    "The jobs of this kind that the desk's plan gives in a day are used up. They begin anew with the day, UTC.",
    [quota],
    [quota],
  );

/** A desk's own admin can mend this, by another plan. */
export const featureMissing = (feature: string) =>
  new Problem(403, `plans.${feature}`, `The desk's plan does not include \`${feature}\`.`);
