import { DAY_MS } from "../../platform/clock.ts";

/** Desks that one person may have made. */
export const MAX_DESKS = 20;
/** Invitations that a desk may have open at once. */
export const MAX_INVITATIONS = 100;
export const INVITATION_MS = 7 * DAY_MS;
/** Ended invitations name people who may never have come: they are forgotten after this. */
export const INVITATION_KEPT_MS = 30 * DAY_MS;
