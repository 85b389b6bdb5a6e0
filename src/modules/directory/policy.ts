/** What a member may be on a desk, the least first. */
export const ROLES = ["viewer", "user", "trader", "manager", "admin"] as const;
export type Role = (typeof ROLES)[number];

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}

/** What a desk may be on, the smallest first. */
export const PLANS = ["free", "starter", "pro", "enterprise"] as const;
export type Plan = (typeof PLANS)[number];

/** The plan of that name; what is none counts as the smallest. */
export const planOf = (text: string): Plan => PLANS.find((plan) => plan === text) ?? "free";

/** A program's session, a browser's, or a super admin's view of somebody else. */
export const SESSION_KINDS = ["token", "cookie", "impersonation"] as const;
