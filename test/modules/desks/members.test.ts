import { beforeEach, describe, expect, it } from "vitest";
import { ROLES } from "../../../src/modules/directory/policy.ts";
import { auditOf, changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import {
  invitationToken,
  invite,
  join,
  makeKey,
  newColleague,
  roleOf,
  tokenOn,
} from "../../support/members.ts";

let admin: Account;
beforeEach(async () => {
  admin = await newAccount();
});

const pathOf = (user_id: string) => `/v1/desks/${admin.desk_id}/members/${user_id}`;
const setRole = async (user_id: string, role: string, token = admin.access_token) =>
  await call(pathOf(user_id), { method: "PATCH", token, json: { role } });
const remove = async (user_id: string, token = admin.access_token) =>
  await call(pathOf(user_id), { method: "DELETE", token });
const codeOf = async (answer: Response) => (await problemOf(answer)).code;
const roleHere = async (user_id: string) => await roleOf(admin.desk_id, user_id);

/** A real account on the admin's desk, with a token for it. */
async function newMember(role: string): Promise<{ member: Account; token: string }> {
  const member = await newAccount();
  await join(member, admin, role);
  return { member, token: await tokenOn(member, admin.desk_id) };
}

describe("the list of members", () => {
  it("shows who is on the desk and in which role, and nobody else", async () => {
    const { member } = await newMember("trader");
    await newAccount();
    const answer = await call(`/v1/desks/${admin.desk_id}/members`, { token: admin.access_token });
    const { data } = await answer.json<{ data: Record<string, unknown>[] }>();
    expect(data).toEqual(
      [[admin, "admin"] as const, [member, "trader"] as const].map(
        ([{ email, user_id, username }, role]) => ({
          id: user_id,
          username,
          full_name: null,
          email,
          role,
          joined_at: expect.any(String),
        }),
      ),
    );
  });
});

describe("changing a role", () => {
  it("holds for the member's next call and is audited with both roles", async () => {
    const { member, token } = await newMember("user");
    expect((await call("/v1/search/reindex", { method: "POST", token })).status).toBe(403);
    expect(await (await setRole(member.user_id, "manager")).json()).toMatchObject({ role: "manager" });
    expect((await call("/v1/search/reindex", { method: "POST", token })).status).toBe(202);
    const row = await testEnv.DB.prepare(
      "SELECT before_hash, after_hash FROM audit_log WHERE action = 'member.change_role' AND target = ?",
    )
      .bind(member.user_id)
      .first<{ before_hash: string; after_hash: string }>();
    expect(row?.before_hash).not.toBe(row?.after_hash);
  });

  it.each(ROLES.filter((role) => role !== "admin"))(
    "a %s cannot raise their own role, nor change an admin or anybody else",
    async (role) => {
      const { member, token } = await newMember(role);
      const other = await newColleague(admin.desk_id, "viewer");
      for (const answer of [
        await setRole(member.user_id, "admin", token),
        await setRole(admin.user_id, "viewer", token),
        await setRole(other, "admin", token),
        await remove(admin.user_id, token),
        await remove(other, token),
      ]) {
        expect(answer.status).toBe(403);
        expect(await codeOf(answer)).toBe("access.not_allowed");
      }
      expect([await roleHere(member.user_id), await roleHere(admin.user_id)]).toEqual([role, "admin"]);
    },
  );

  it("is refused to an admin who was demoted a moment ago in another isolate", async () => {
    const { member, token } = await newMember("admin");
    await call("/v1/me", { token });
    await testEnv.DB.prepare("UPDATE members SET role = 'user' WHERE desk_id = ? AND user_id = ?")
      .bind(admin.desk_id, member.user_id)
      .run();
    expect((await setRole(member.user_id, "admin", token)).status).toBe(403);
  });

  it("needs a recent proof", async () => {
    const { member } = await newMember("user");
    await testEnv.DB.prepare("UPDATE sessions SET proved_at = 1 WHERE user_id = ?").bind(admin.user_id).run();
    expect(await codeOf(await setRole(member.user_id, "admin"))).toBe("access.proof_needed");
    expect(await codeOf(await remove(member.user_id))).toBe("access.proof_needed");
  });

  it("of somebody who is not on the desk is a 404, whoever they are", async () => {
    const stranger = await newAccount();
    for (const id of [stranger.user_id, `usr_${"0".repeat(32)}`, "x"]) {
      expect(await codeOf(await setRole(id, "viewer"))).toBe("members.not_found");
      expect(await codeOf(await remove(id))).toBe("members.not_found");
    }
  });
});

describe("the last admin", () => {
  it("is neither demoted, nor removed, nor leaves", async () => {
    await newColleague(admin.desk_id, "manager");
    await call("/v1/desks", { token: admin.access_token, json: { name: "Another" } });
    for (const answer of [await setRole(admin.user_id, "manager"), await remove(admin.user_id)]) {
      expect(answer.status).toBe(409);
      expect(await codeOf(answer)).toBe("desks.last_admin");
    }
    expect(await roleHere(admin.user_id)).toBe("admin");
  });

  it("is last also beside an admin who was deactivated", async () => {
    const gone = await newColleague(admin.desk_id, "admin");
    await changeBehind([gone], "UPDATE users SET status = 'deactivated' WHERE id = ?", gone);
    expect(await codeOf(await setRole(admin.user_id, "user"))).toBe("desks.last_admin");
    expect((await remove(gone)).status).toBe(204);
  });

  it("stays when two admins demote or remove each other at the same moment", async () => {
    for (const act of [
      (who: string, token: string) => setRole(who, "viewer", token),
      (who: string, token: string) => remove(who, token),
    ]) {
      admin = await newAccount();
      const { member, token } = await newMember("admin");
      const answers = await Promise.all([act(member.user_id, admin.access_token), act(admin.user_id, token)]);
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      const left = [await roleHere(admin.user_id), await roleHere(member.user_id)];
      expect(left.filter((role) => role === "admin")).toHaveLength(1);
    }
  });

  it("stays when all admins of a desk give their role up at the same moment", async () => {
    const others = [await newMember("admin"), await newMember("admin")];
    const everyone = [{ member: admin, token: admin.access_token }, ...others];
    await Promise.all(everyone.map(({ member, token }) => setRole(member.user_id, "viewer", token)));
    const roles = await Promise.all(everyone.map(({ member }) => roleHere(member.user_id)));
    expect(roles.filter((role) => role === "admin")).toHaveLength(1);
  });
});

describe("removing a member", () => {
  it("ends their tokens and keys for the desk and an invitation back in, and leaves their own desk", async () => {
    const { member, token } = await newMember("admin");
    const made = await call("/v1/api-keys", { token, json: { name: "k", scopes: ["documents:read"] } });
    const { id, key } = await made.json<{ id: string; key: string }>();
    const own = await makeKey(member);
    const again = await invite(admin, member.email);
    const isOpen = async (secret: string) => (await call("/v1/documents", { token: secret })).status;
    expect([await isOpen(token), await isOpen(key), await isOpen(own.key)]).toEqual([200, 200, 200]);
    expect((await remove(member.user_id)).status).toBe(204);
    expect([await isOpen(token), await isOpen(key)]).toEqual([401, 401]);
    expect([await isOpen(member.access_token), await isOpen(own.key)]).toEqual([200, 200]);
    const row = await testEnv.DB.prepare("SELECT revoked_at FROM api_keys WHERE id = ?").bind(id).first();
    expect(row?.revoked_at).toBeGreaterThan(0);
    const accept = { token: member.access_token, json: { token: await invitationToken(again) } };
    expect((await call("/v1/invitations/accept", accept)).status).toBe(404);
    expect(await remove(member.user_id).then(codeOf)).toBe("members.not_found");
  });

  it("ends the invitations that they wrote, so that none is a way back in under another address", async () => {
    const { member, token } = await newMember("admin");
    const other = await newAccount();
    const { desk_id } = admin;
    const written = await invite({ ...member, access_token: token, desk_id }, other.email, "admin");
    const kept = await invite(admin);
    expect((await remove(member.user_id)).status).toBe(204);
    const accept = { token: other.access_token, json: { token: await invitationToken(written) } };
    expect((await call("/v1/invitations/accept", accept)).status).toBe(404);
    const open = await call(`/v1/desks/${desk_id}/invitations`, { token: admin.access_token });
    expect((await open.json<{ data: { id: string }[] }>()).data.map(({ id }) => id)).toEqual([kept.id]);
  });

  it("from their only desk gives them an empty one of their own", async () => {
    const { member } = await newMember("user");
    await changeBehind([member.user_id], "DELETE FROM members WHERE desk_id = ?", member.desk_id);
    expect((await remove(member.user_id)).status).toBe(204);
    const { results } = await testEnv.DB.prepare("SELECT desk_id, role FROM members WHERE user_id = ?")
      .bind(member.user_id)
      .all<{ desk_id: string; role: string }>();
    expect(results).toEqual([{ desk_id: expect.stringMatching(/^dsk_/), role: "admin" }]);
    const { email, password } = member;
    expect((await call("/v1/auth/login", { json: { email, password } })).status).toBe(200);
    const [home] = results;
    expect((await auditOf(home?.desk_id ?? "")).at(0)?.action).toBe("desk.create");
  });
});

describe("leaving a desk", () => {
  it("is for every member, needs no permission and ends their keys there", async () => {
    const { member, token } = await newMember("viewer");
    expect((await remove(member.user_id, token)).status).toBe(204);
    expect(await roleHere(member.user_id)).toBeUndefined();
    expect((await call("/v1/me", { token })).status).toBe(401);
    expect((await call("/v1/me", { token: member.access_token })).status).toBe(200);
    expect((await auditOf(admin.desk_id)).at(-1)).toEqual({
      action: "member.leave",
      target: member.user_id,
      actor: member.user_id,
    });
  });

  it("is refused where it is one's only desk", async () => {
    await newColleague(admin.desk_id, "admin");
    expect(await codeOf(await remove(admin.user_id))).toBe("desks.only_desk");
    expect(await roleHere(admin.user_id)).toBe("admin");
  });
});
