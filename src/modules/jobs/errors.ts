import { Problem } from "../../http/problem.ts";
import type { JobStatus } from "./policy.ts";

export const jobNotFound = () => new Problem(404, "jobs.not_found", "There is no such job on this desk.");

export const jobEnded = (status: JobStatus, action: string) =>
  new Problem(409, "jobs.ended", `The job has ended (${status}); there is nothing to ${action}.`);

export const notSteerable = (status: JobStatus, action: string) =>
  new Problem(409, "jobs.state", `The job is ${status}; it can't be told to ${action} now.`);

export const notStarted = () =>
  new Problem(
    409,
    "jobs.not_started",
    "The job has done nothing yet that it could finish with; cancel it instead.",
  );

export const cannotFinish = (type: string) =>
  new Problem(409, "jobs.cannot_finish", `A job of type ${type} has no partial result; cancel it instead.`);

export const notRetryable = (status: JobStatus) =>
  new Problem(
    409,
    "jobs.not_retryable",
    `The job is ${status}; only one that failed, expired or was cancelled is retried.`,
  );

export const steeredByParent = () =>
  new Problem(409, "jobs.has_parent", "The job is one of a batch; steer the batch instead.");

export const letterNotFound = () =>
  new Problem(404, "dead_letters.not_found", "There is no such dead letter on this desk.");

export const letterUnreadable = () =>
  new Problem(409, "dead_letters.unreadable", "Nothing here can read the message; it can only be discarded.");

export const letterHandled = (status: string) =>
  new Problem(409, "dead_letters.handled", `The dead letter was ${status} before.`);
