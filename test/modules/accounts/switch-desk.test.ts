import { decodeJwt } from "jose";
import { beforeEach, describe, expect, it } from "vitest";
import { auditOf, changeBehind, logIn, refresh, type Tokens } from "../../support/accounts.ts";
import { whatItTells } from "../../support/answers.ts";
import { openPage } from "../../support/browser.ts";
import { type Account, call, newAccount, upload } from "../../support/desk.ts";
import { join, makeKey } from "../../support/members.ts";
import { MALFORMED, unknownId } from "../../support/world.ts";

interface Switched {
  access_token: string;
  token_type: string;
  expires_in: number;
  desk: { id: string; name: string; plan: string };
  role: string;
}

let host: Account;
let guest: Account;
beforeEach(async () => {
  [host, guest] = [await newAccount(), await newAccount()];
  await join(guest, host, "user");
});

const to = async (desk_id: unknown, token = guest.access_token) =>
  await call("/v1/auth/switch-desk", { token, json: { desk_id } });
const switched = async (desk_id: string, token?: string): Promise<Switched> =>
  await (await to(desk_id, token)).json<Switched>();

/** The desk and the role that a token opens; the status where it opens nothing. */
async function standingOf(token: string) {
  const answer = await call("/v1/me", { token });
  if (answer.status !== 200) return answer.status;
  const { desk, role } = await answer.json<{ desk: { id: string }; role: string }>();
  return [desk.id, role];
}

async function renewed(refresh_token: string): Promise<Tokens> {
  const answer = await refresh(refresh_token);
  expect(answer.status).toBe(200);
  return await answer.json<Tokens>();
}

describe("switching the desk", () => {
  it("gives a token for the other desk with the role there, and the desk itself", async () => {
    const answer = await switched(host.desk_id);
    expect(answer).toMatchObject({
      token_type: "bearer",
      expires_in: 900,
      role: "user",
      desk: { id: host.desk_id, name: `${host.username}'s desk` },
    });
    expect(await standingOf(answer.access_token)).toEqual([host.desk_id, "user"]);
    const claims = decodeJwt(answer.access_token);
    expect(claims).toMatchObject({ sub: guest.user_id, sid: guest.session_id, dsk: host.desk_id });
    const rights = await call("/v1/me/permissions", { token: answer.access_token });
    const { permissions } = await rights.json<{ permissions: string[] }>();
    expect(permissions).toContain("documents:write");
    expect(permissions).not.toContain("members:write");
  });

  it("leads into that desk's things and out of one's own", async () => {
    const { id } = await (await upload(host.access_token, "# Theirs\n\nOf the host.\n", "a.md")).json<{
      id: string;
    }>();
    const { access_token } = await switched(host.desk_id);
    expect((await call(`/v1/documents/${id}`, { token: access_token })).status).toBe(200);
    expect((await call(`/v1/documents/${id}`, { token: guest.access_token })).status).toBe(404);
  });

  it("answers a desk that one is not on, that never was, that is closed or is no id with the same 404", async () => {
    const [stranger, closed] = [await newAccount(), await newAccount()];
    await join(guest, closed, "admin");
    const sql = "UPDATE desks SET closed_at = 1 WHERE id = ?";
    await changeBehind([closed.desk_id], sql, closed.desk_id);
    const told: Record<string, unknown> = {};
    for (const id of [stranger.desk_id, unknownId("dsk"), unknownId("doc"), closed.desk_id, ...MALFORMED])
      told[id] = await whatItTells(await to(id), ["bourse-cost"]);
    expect(told[stranger.desk_id]).toMatchObject({ status: 404, body: { code: "desks.not_found" } });
    for (const [id, each] of Object.entries(told)) expect(each, id).toEqual(told[stranger.desk_id]);
    expect(await standingOf((await renewed(guest.refresh_token)).access_token)).toEqual([
      guest.desk_id,
      "admin",
    ]);
  });

  it("takes a desk's id and nothing else", async () => {
    for (const json of [{}, { desk_id: 7 }, { desk_id: null }, { desk_id: host.desk_id, role: "admin" }])
      expect((await call("/v1/auth/switch-desk", { token: guest.access_token, json })).status).toBe(422);
  });

  it("is audited in the desk that is switched to", async () => {
    await to(host.desk_id);
    const rows = (await auditOf(host.desk_id)).filter(({ action }) => action === "session.switch_desk");
    expect(rows).toEqual([{ action: "session.switch_desk", actor: guest.user_id, target: guest.session_id }]);
    expect((await auditOf(guest.desk_id)).map(({ action }) => action)).not.toContain("session.switch_desk");
  });

  it("makes no session of a key, and needs one that is in force", async () => {
    const { key } = await makeKey(guest);
    expect((await to(host.desk_id, key)).status).toBe(403);
    await call("/v1/auth/logout", { json: { refresh_token: guest.refresh_token } });
    expect((await to(host.desk_id)).status).toBe(401);
  });
});

describe("after a switch", () => {
  it("the next refresh stays on the new desk, and so on, until it is switched back", async () => {
    await to(host.desk_id);
    const first = await renewed(guest.refresh_token);
    expect(await standingOf(first.access_token)).toEqual([host.desk_id, "user"]);
    const second = await renewed(first.refresh_token);
    expect(await standingOf(second.access_token)).toEqual([host.desk_id, "user"]);
    await to(guest.desk_id, second.access_token);
    const third = await renewed(second.refresh_token);
    expect(await standingOf(third.access_token)).toEqual([guest.desk_id, "admin"]);
  });

  it("two tabs of one session work on two desks at once, each by its own token", async () => {
    const { access_token: there } = await switched(host.desk_id);
    for (let n = 0; n < 3; n += 1) {
      expect(await standingOf(guest.access_token)).toEqual([guest.desk_id, "admin"]);
      expect(await standingOf(there)).toEqual([host.desk_id, "user"]);
    }
  });

  it("another session of the same user is where it was", async () => {
    const other = await logIn(guest);
    await to(host.desk_id);
    expect(await standingOf((await renewed(other.refresh_token)).access_token)).toEqual([
      guest.desk_id,
      "admin",
    ]);
  });

  it("whoever is removed from that desk is out at once, and their refresh falls back to the home desk", async () => {
    const { access_token: there } = await switched(host.desk_id);
    expect(await standingOf(there)).toEqual([host.desk_id, "user"]);
    const path = `/v1/desks/${host.desk_id}/members/${guest.user_id}`;
    expect((await call(path, { method: "DELETE", token: host.access_token })).status).toBe(204);
    expect(await standingOf(there)).toBe(401);
    const next = await renewed(guest.refresh_token);
    expect(await standingOf(next.access_token)).toEqual([guest.desk_id, "admin"]);
    expect((await to(host.desk_id, next.access_token)).status).toBe(404);
  });

  it("a desk that is closed meanwhile is fallen back from as well", async () => {
    await to(host.desk_id);
    await changeBehind([host.desk_id], "UPDATE desks SET closed_at = 1 WHERE id = ?", host.desk_id);
    expect(await standingOf((await renewed(guest.refresh_token)).access_token)).toEqual([
      guest.desk_id,
      "admin",
    ]);
  });

  it("a log-in begins at home, and so does a browser's", async () => {
    await to(host.desk_id);
    expect(await standingOf((await logIn(guest)).access_token)).toEqual([guest.desk_id, "admin"]);
    const { cookie } = await openPage(guest);
    const mine = await call("/v1/me", { headers: { cookie } });
    expect(await mine.json()).toMatchObject({ desk: { id: guest.desk_id } });
  });
});
