import { beforeAll, describe, expect, it } from "vitest";
import {
  type Permission,
  PLATFORM_PERMISSIONS,
  ROLE_PERMISSIONS,
} from "../../src/modules/access/permissions.ts";
import { ROLES, type Role } from "../../src/modules/directory/policy.ts";
import { changeBehind } from "../support/accounts.ts";
import { outcomeOf, problemOf } from "../support/answers.ts";
import { type Account, call, newAccount } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";
import {
  exampleBody,
  exampleQuery,
  hasPathParameters,
  isSocket,
  type Operation,
  operations,
  pathParameters,
} from "../support/operations.ts";
import { openSocket } from "../support/watch.ts";
import { fillPath, onDeskOf, unknownId } from "../support/world.ts";

/** The platform's own role stands beside the one on the desk and must add nothing to it. */
const MEMBERS = [...ROLES, "super_admin"] as const;
type Member = (typeof MEMBERS)[number];

const accounts = new Map<Member, Account>();
beforeAll(async () => {
  for (const role of ROLES) accounts.set(role, await newAccount(role));
  const platform = await newAccount("viewer");
  await changeBehind(
    [platform.user_id],
    "UPDATE users SET platform_role = 'super_admin' WHERE id = ?",
    platform.user_id,
  );
  accounts.set("super_admin", platform);
});

const deskRole = (member: Member): Role => (member === "super_admin" ? "viewer" : member);
const tokenOf = (member: Member) => accounts.get(member)?.access_token ?? "";
const cases = operations.flatMap((operation) =>
  operation.permission === undefined
    ? []
    : MEMBERS.map((member) => ({
        member,
        operation,
        name: operation.name,
        permission: operation.permission,
      })),
);

const held = (member: Member): Permission[] => [
  ...ROLE_PERMISSIONS[deskRole(member)],
  ...(member === "super_admin" ? PLATFORM_PERMISSIONS : []),
];
const mayDo = (member: Member, permission: string | undefined) =>
  held(member).some((each) => each === permission);
/** A path to things that are not there, on the member's own desk. */
function pathOf(operation: Operation, member: Member): string {
  const unknown = pathParameters(operation.path).map((name): [string, string] => [name, unknownId("doc")]);
  const desk_id = accounts.get(member)?.desk_id ?? "";
  return fillPath(operation.path, onDeskOf(operation, { desk_id }, Object.fromEntries(unknown)));
}

describe("what a role may do", () => {
  it.each(cases.filter(({ operation }) => !isSocket(operation)))(
    "$name as $member: is decided by $permission alone",
    async ({ member, operation, permission }) => {
      const answer = await call(pathOf(operation, member) + exampleQuery(operation), {
        method: operation.method,
        token: tokenOf(member),
        headers: { "if-match": "*" },
        ...exampleBody(operation),
      });
      expect(answer.status === 403).toBe(!mayDo(member, permission));
      expect(answer.status).toBeLessThan(500);
      if (answer.status !== 403) return;
      const problem = await problemOf(answer);
      expect(problem.code).toBe("access.not_allowed");
      expect(problem.detail).toContain(`\`${permission}\``);
    },
  );

  it.each(cases.filter(({ operation }) => isSocket(operation)))(
    "$name as $member: is decided by $permission alone",
    async ({ member, operation, permission }) => {
      const { socket } = await openSocket(tokenOf(member), pathOf(operation, member));
      const allowed = hasPathParameters(operation) ? 4404 : "open"; // what is the caller's own is there
      expect(await outcomeOf(socket)).toBe(mayDo(member, permission) ? allowed : 4403);
    },
  );

  it.each(MEMBERS)("GET /v1/me/permissions as %s: shows the role's table", async (member) => {
    const answer = await call("/v1/me/permissions", { token: tokenOf(member) });
    expect(await answer.json()).toEqual({
      desk_id: accounts.get(member)?.desk_id,
      role: deskRole(member),
      permissions: held(member),
    });
  });

  it("grows from role to role and is never empty", () => {
    ROLES.forEach((role, at) => {
      const before = ROLES[at - 1];
      const permissions = ROLE_PERMISSIONS[role];
      expect(permissions.size).toBeGreaterThan(0);
      for (const held of before ? ROLE_PERMISSIONS[before] : []) expect(permissions.has(held)).toBe(true);
    });
  });

  it("changes with the member's row, not with the token", async () => {
    const account = await newAccount();
    const { user_id } = account;
    await changeBehind([user_id], "UPDATE members SET role = 'viewer' WHERE user_id = ?", user_id);
    const answer = await call("/v1/search/reindex", { method: "POST", token: account.access_token });
    expect(answer.status).toBe(403);
  });

  it("lets a member who may only read store no bytes", async () => {
    const before = await testEnv.FILES.list();
    const form = new FormData();
    form.set("file", new File(["# No\n"], "no.md"));
    expect((await call("/v1/documents", { token: tokenOf("viewer"), body: form })).status).toBe(403);
    expect((await testEnv.FILES.list()).objects.length).toBe(before.objects.length);
    const pending = await testEnv.DB.prepare("SELECT count(*) AS n FROM pending_uploads").first<{
      n: number;
    }>();
    expect(pending?.n).toBe(0);
  });
});
