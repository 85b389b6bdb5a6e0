import { Problem } from "../../http/problem.ts";
import type { JobStatus } from "./policy.ts";

export const jobNotFound = () => new Problem(404, "jobs.not_found", "There is no such job on this desk.");

export const jobEnded = (status: JobStatus) =>
  new Problem(409, "jobs.ended", `The job has ended (${status}); there is nothing to cancel.`);
