import { beforeEach, describe, expect, it } from "vitest";
import { MAX_INVITATIONS } from "../../../src/modules/desks/policy.ts";
import { proofToken } from "../../../src/platform/proof-token.ts";
import { auditOf, changeBehind } from "../../support/accounts.ts";
import { problemOf, whatItTells } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { type Invitation, invitationToken, invite, join, roleOf } from "../../support/members.ts";
import { unknownId } from "../../support/world.ts";

let host: Account;
let guest: Account;
beforeEach(async () => {
  host = await newAccount();
  guest = await newAccount();
});

const path = () => `/v1/desks/${host.desk_id}/invitations`;
const send = async (email: string, role = "trader", token = host.access_token) =>
  await call(path(), { token, json: { email, role } });
const open = async () =>
  (await (await call(path(), { token: host.access_token })).json<{ data: Invitation[] }>()).data;
const accept = async (token: string, by = guest) =>
  await call("/v1/invitations/accept", { token: by.access_token, json: { token } });
const mails = async (recipient: string) =>
  (
    await testEnv.DB.prepare("SELECT content FROM mails WHERE recipient = ? ORDER BY id")
      .bind(recipient)
      .all<{ content: string }>()
  ).results
    .map(({ content }) => JSON.parse(content))
    .filter(({ template }) => template === "invitation");

async function expectRefused(answer: Response): Promise<void> {
  expect(answer.status).toBe(404);
  expect((await problemOf(answer)).code).toBe("invitations.not_found");
  expect(await roleOf(host.desk_id, guest.user_id)).toBeUndefined();
}

describe("inviting", () => {
  it("tells by mail alone: the answer holds no token, the stored mail names the invitation", async () => {
    const invitation = await invite(host, guest.email, "manager");
    const token = await invitationToken(invitation);
    expect(JSON.stringify(invitation)).not.toContain(token.split(".")[1]);
    expect(await mails(guest.email)).toEqual([
      {
        template: "invitation",
        invitation: invitation.id,
        desk: host.desk_id,
        desk_name: `${host.username}'s desk`,
        invited_by: host.username,
        role: "manager",
      },
    ]);
    const kept = await testEnv.DB.batch([
      testEnv.DB.prepare("SELECT * FROM invitations"),
      testEnv.DB.prepare("SELECT * FROM mails"),
    ]);
    expect(JSON.stringify(kept)).not.toContain(token.split(".")[1]);
  });

  it("tells nothing of whether the address has an account or is a member, in answer, mail or cost", async () => {
    const member = await newAccount();
    await join(member, host, "user");
    const told = async (email: string) => {
      const answer = await send(email);
      const cost = answer.headers.get("bourse-cost")?.match(/(d1_queries|d1_rows_written|queue_sends)=\d+/g);
      const { body, headers, status } = await whatItTells(answer, ["bourse-cost", "content-length"]);
      const { created_at: _, email: __, expires_at: ___, id: ____, ...rest } = body;
      return { status, headers, rest, cost, mails: (await mails(email)).length };
    };
    await send("first@desk.test");
    const nobody = await told(`nobody-${crypto.randomUUID()}@desk.test`);
    expect(await told(guest.email)).toEqual(nobody);
    expect(await told(member.email)).toEqual(nobody);
  });

  it("again replaces the open invitation: its token is dead and one is listed", async () => {
    const first = await invite(host, guest.email, "admin");
    const second = await invite(host, guest.email.toUpperCase(), "viewer");
    expect(await open()).toEqual([second]);
    await expectRefused(await accept(await invitationToken(first)));
    expect((await accept(await invitationToken(second))).status).toBe(200);
    expect(await roleOf(host.desk_id, guest.user_id)).toBe("viewer");
  });

  it("needs a verified address, a recent proof and an admin", async () => {
    const [manager, unverified] = [
      await newAccount("manager"),
      await newAccount(undefined, { verified: false }),
    ];
    const refused = async (by: Account) =>
      (
        await problemOf(
          await call(`/v1/desks/${by.desk_id}/invitations`, {
            token: by.access_token,
            json: { email: "a@desk.test", role: "user" },
          }),
        )
      ).code;
    expect(await refused(manager)).toBe("access.not_allowed");
    expect(await refused(unverified)).toBe("access.email_unverified");
    await testEnv.DB.prepare("UPDATE sessions SET proved_at = 1 WHERE user_id = ?").bind(host.user_id).run();
    expect(await refused(host)).toBe("access.proof_needed");
  });

  it(`stops at ${MAX_INVITATIONS} open ones, and those that have run out don't count`, async () => {
    const now = Date.now();
    await testEnv.DB.prepare(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
       INSERT INTO invitations (id, desk_id, email, role, invited_by, expires_at, created_at)
       SELECT printf('inv_%032x', i), ?, 'guest-' || i || '@x.test', 'user', ?, ?, ? FROM n`,
    )
      .bind(MAX_INVITATIONS - 1, host.desk_id, host.user_id, now + 60_000, now)
      .run();
    const many = await Promise.all([1, 2, 3].map((n) => send(`late-${n}@x.test`)));
    expect(many.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect((await send("guest-1@x.test")).status).toBe(201);
    await testEnv.DB.prepare("UPDATE invitations SET expires_at = 1 WHERE email = 'guest-2@x.test'").run();
    expect((await send("late-4@x.test")).status).toBe(201);
  });

  it("forgets what ended more than a month ago", async () => {
    const old = await invite(host);
    await testEnv.DB.prepare("UPDATE invitations SET created_at = 1, expires_at = 2 WHERE id = ?")
      .bind(old.id)
      .run();
    await invite(host);
    const row = await testEnv.DB.prepare("SELECT id FROM invitations WHERE id = ?").bind(old.id).first();
    expect(row).toBeNull();
  });
});

describe("accepting an invitation", () => {
  it("makes the invited one a member, once, and is audited in that desk", async () => {
    const invitation = await invite(host, guest.email, "trader");
    const token = await invitationToken(invitation);
    const answer = await accept(token);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ id: host.desk_id, role: "trader" });
    expect(await open()).toEqual([]);
    expect((await auditOf(host.desk_id)).at(-1)).toEqual({
      action: "invitation.accept",
      target: invitation.id,
      actor: guest.user_id,
    });
    expect((await accept(token)).status).toBe(404);
  });

  it("by many calls at once joins once and leaves one audit row", async () => {
    const token = await invitationToken(await invite(host, guest.email));
    const answers = await Promise.all(Array.from({ length: 5 }, () => accept(token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
    const accepted = (await auditOf(host.desk_id)).filter(({ action }) => action === "invitation.accept");
    expect(accepted).toHaveLength(1);
    expect(await roleOf(host.desk_id, guest.user_id)).toBe("trader");
  });

  it("is refused in the same way for what is forged, expired, taken back, or nobody's", async () => {
    const invitation = await invite(host, guest.email);
    const token = await invitationToken(invitation);
    const other = await proofToken(testEnv.TOKEN_SECRET, "verify_email", invitation.id);
    const unknown = await proofToken(testEnv.TOKEN_SECRET, "invitation", unknownId("inv"));
    for (const wrong of [other, unknown, invitation.id, `${token}x`, "x", `${invitation.id}.`])
      await expectRefused(await accept(wrong));
    await changeBehind([], "UPDATE invitations SET expires_at = ? WHERE id = ?", Date.now(), invitation.id);
    await expectRefused(await accept(token));
    const next = await invite(host, guest.email);
    const gone = await call(`${path()}/${next.id}`, { method: "DELETE", token: host.access_token });
    expect(gone.status).toBe(204);
    await expectRefused(await accept(await invitationToken(next)));
    expect(await open()).toEqual([]);
  });

  it("is refused to everybody but the verified owner of the invited address", async () => {
    const stranger = await newAccount();
    const token = await invitationToken(await invite(host, guest.email));
    expect((await accept(token, stranger)).status).toBe(404);
    const unverified = await newAccount(undefined, { verified: false });
    const theirs = await invitationToken(await invite(host, unverified.email));
    expect((await accept(theirs, unverified)).status).toBe(404);
    expect(await roleOf(host.desk_id, unverified.user_id)).toBeUndefined();
    expect((await accept(token)).status).toBe(200);
  });

  it("by a member leaves the role that they have, so that no old invitation raises it", async () => {
    const token = await invitationToken(await invite(host, guest.email, "admin"));
    await join(guest, host, "viewer");
    expect(await (await accept(token)).json()).toMatchObject({ id: host.desk_id, role: "viewer" });
    expect(await roleOf(host.desk_id, guest.user_id)).toBe("viewer");
  });

  it("is refused for a desk that was closed", async () => {
    const token = await invitationToken(await invite(host, guest.email));
    await changeBehind([host.desk_id], "UPDATE desks SET closed_at = 1 WHERE id = ?", host.desk_id);
    await expectRefused(await accept(token));
  });
});

describe("taking an invitation back", () => {
  it("reaches those of the desk alone", async () => {
    const [own, other] = [await invite(host), await newAccount()];
    const theirs = await invite(other);
    const take = async (id: string) =>
      await call(`${path()}/${id}`, { method: "DELETE", token: host.access_token });
    for (const id of [theirs.id, unknownId("inv"), "x"])
      expect((await problemOf(await take(id))).code).toBe("invitations.not_found");
    expect((await take(own.id)).status).toBe(204);
    expect((await take(own.id)).status).toBe(404);
  });
});
