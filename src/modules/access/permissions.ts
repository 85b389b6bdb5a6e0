export const ROLES = ["viewer", "user", "trader", "manager", "admin"] as const;
export type Role = (typeof ROLES)[number];

/**
 * The one table of what a role may do on its desk. Each role has what the ones before it have; the sixth role,
 * `super_admin`, is the platform's own and gives nothing inside a desk.
 */
const GRANTS = {
  viewer: ["desks:read", "documents:read", "search:query", "jobs:read", "tickets:create"],
  user: ["documents:write", "jobs:control"],
  trader: [],
  manager: ["search:reindex"],
  admin: [],
} as const satisfies Record<Role, readonly string[]>;

export type Permission = (typeof GRANTS)[Role][number];

function grantsUpTo(role: Role): ReadonlySet<Permission> {
  return new Set(
    ROLES.slice(0, ROLES.indexOf(role) + 1).flatMap((each): readonly Permission[] => GRANTS[each]),
  );
}

export const ROLE_PERMISSIONS: Record<Role, ReadonlySet<Permission>> = {
  viewer: grantsUpTo("viewer"),
  user: grantsUpTo("user"),
  trader: grantsUpTo("trader"),
  manager: grantsUpTo("manager"),
  admin: grantsUpTo("admin"),
};

export function isRole(text: string): text is Role {
  return ROLES.some((role) => role === text);
}
