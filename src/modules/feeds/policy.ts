import { SECOND_MS } from "../../platform/clock.ts";

/** Jobs that one notifications socket may carry. */
export const MAX_JOBS = 50;
/** A feed that forwards jobs looks this often whether it still does, as an evicted one does not. */
export const REVIVE_MS = 5 * SECOND_MS;
/** The platform's figures are read this often while somebody watches them. */
export const MONITORING_MS = 2 * SECOND_MS;
