import { ROLES, type Role } from "../directory/policy.ts";

/** What a use of the permission needs besides having it; see `authorize`. */
type Guard = "verified_email" | "recent_proof";

interface Grant {
  /** The least role that has it; the ones above have it too. `super_admin` is the platform's own role. */
  from: Role | "super_admin";
  /** Present where money, keys or rights move: then the caller's standing is read from D1 itself as well. */
  guards?: readonly Guard[];
  /** False where no API key may have it, whatever its maker may. */
  by_key?: false;
}

/** The one table of what who may do. A route names its permission, and its use case asks for it first. */
const GRANTS = {
  "desks:read": { from: "viewer" },
  "documents:read": { from: "viewer" },
  "search:query": { from: "viewer" },
  "jobs:read": { from: "viewer" },
  "usage:read": { from: "viewer" },
  "batches:read": { from: "viewer" },
  "files:read": { from: "viewer" },
  "strategies:read": { from: "viewer" },
  "datasets:read": { from: "viewer" },
  "backtests:read": { from: "viewer" },
  "notifications:read": { from: "viewer", by_key: false },
  "tickets:create": { from: "viewer", by_key: false },
  "documents:write": { from: "user" },
  "jobs:control": { from: "user" },
  "batches:write": { from: "user" },
  "files:write": { from: "user" },
  "datasets:write": { from: "user" },
  "backtests:write": { from: "user" },
  "exports:write": { from: "user" },
  "search:feedback": { from: "user" },
  "search:reindex": { from: "manager" },
  "members:read": { from: "manager" },
  "audit:read": { from: "manager" },
  "analytics:read": { from: "manager" },
  "dead_letters:read": { from: "manager" },
  "dead_letters:write": { from: "manager" },
  "webhooks:read": { from: "manager" },
  "webhooks:write": { from: "admin", guards: ["recent_proof"], by_key: false },
  "desks:write": { from: "admin", guards: [], by_key: false },
  "members:invite": { from: "admin", guards: ["verified_email", "recent_proof"], by_key: false },
  "members:write": { from: "admin", guards: ["recent_proof"], by_key: false },
  "api_keys:read": { from: "admin", by_key: false },
  "api_keys:write": { from: "admin", guards: ["verified_email", "recent_proof"], by_key: false },
  "system:read": { from: "super_admin", by_key: false },
  "platform:read": { from: "super_admin", by_key: false },
  "platform:write": { from: "super_admin", guards: ["recent_proof"], by_key: false },
} as const satisfies Record<string, Grant>;

export type Permission = keyof typeof GRANTS;
/** Those whose use moves money, keys or rights. */
export type GuardedPermission = {
  [P in Permission]: (typeof GRANTS)[P] extends { guards: readonly Guard[] } ? P : never;
}[Permission];
export type PlainPermission = Exclude<Permission, GuardedPermission>;

const TABLE: Record<Permission, Grant> = GRANTS;
const isPermission = (name: string): name is Permission => name in TABLE;
export const PERMISSIONS = Object.keys(TABLE).filter(isPermission);

function grantsUpTo(role: Role): ReadonlySet<Permission> {
  const has = ({ from }: Grant) => from !== "super_admin" && ROLES.indexOf(from) <= ROLES.indexOf(role);
  return new Set(PERMISSIONS.filter((permission) => has(TABLE[permission])));
}

export const ROLE_PERMISSIONS: Record<Role, ReadonlySet<Permission>> = {
  viewer: grantsUpTo("viewer"),
  user: grantsUpTo("user"),
  trader: grantsUpTo("trader"),
  manager: grantsUpTo("manager"),
  admin: grantsUpTo("admin"),
};

/** What a super admin has besides their role on the desk; it gives nothing inside a desk. */
export const PLATFORM_PERMISSIONS: ReadonlySet<Permission> = new Set(
  PERMISSIONS.filter((permission) => TABLE[permission].from === "super_admin"),
);

export const guardsOf = (permission: Permission): readonly Guard[] => TABLE[permission].guards ?? [];

/** Whether an API key may carry the permission; its name is then one of the scopes. */
export const isGrantableToKeys = (name: string): name is Permission =>
  isPermission(name) && TABLE[name].by_key !== false;
