import { beforeEach, describe, expect, it } from "vitest";
import { MAX_DESKS } from "../../../src/modules/desks/policy.ts";
import { auditOf, changeBehind } from "../../support/accounts.ts";
import { problemOf } from "../../support/answers.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { join, newColleague, roleOf, tokenOn } from "../../support/members.ts";

interface OwnDesk {
  id: string;
  name: string;
  plan: string;
  role: string;
}

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});

const make = async (name = "Metals") =>
  await call("/v1/desks", { token: account.access_token, json: { name } });
const desksOf = async (token = account.access_token) =>
  (await (await call("/v1/desks", { token })).json<{ data: OwnDesk[] }>()).data;
const read = async (id = account.desk_id, token = account.access_token) =>
  await call(`/v1/desks/${id}`, { token });
const rename = async (name: string, etag?: string, token = account.access_token, id = account.desk_id) =>
  await call(`/v1/desks/${id}`, {
    method: "PATCH",
    token,
    json: { name },
    headers: etag === undefined ? {} : { "if-match": etag },
  });
const transfer = async (user_id: string, token = account.access_token) =>
  await call(`/v1/desks/${account.desk_id}/transfer`, { token, json: { user_id } });

describe("making a desk", () => {
  it("makes the caller its admin, on the plan of new desks, and is audited there", async () => {
    const answer = await make();
    expect(answer.status).toBe(201);
    const desk = await answer.json<OwnDesk>();
    expect(answer.headers.get("location")).toBe(`/v1/desks/${desk.id}`);
    expect(desk).toMatchObject({ name: "Metals", plan: "enterprise", role: "admin" });
    expect((await desksOf()).map(({ id }) => id)).toEqual([account.desk_id, desk.id]);
    expect(await auditOf(desk.id)).toEqual([
      { action: "desk.create", target: desk.id, actor: account.user_id },
    ]);
    expect((await call("/v1/me", { token: await tokenOn(account, desk.id) })).status).toBe(200);
  });

  it(`stops at ${MAX_DESKS} of one maker, the first of their own included, however many ask at once`, async () => {
    const answers = await Promise.all(Array.from({ length: MAX_DESKS + 3 }, () => make()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(MAX_DESKS - 1);
    const refused = answers.find(({ status }) => status !== 201);
    expect(refused?.status).toBe(409);
    expect(await desksOf()).toHaveLength(MAX_DESKS);
  });
});

describe("a desk by its id", () => {
  it("is any that the caller is on, with their role there, and 404 for the rest", async () => {
    const other = await newAccount();
    expect((await problemOf(await read(other.desk_id))).code).toBe("desks.not_found");
    await join(account, other, "trader");
    const shown = await read(other.desk_id);
    expect(await shown.json()).toMatchObject({ id: other.desk_id, role: "trader" });
  });

  it("asks for the permission on that desk, not on the active one", async () => {
    const other = await newAccount();
    await join(account, other, "user");
    for (const path of ["members", "invitations"])
      expect((await call(`/v1/desks/${other.desk_id}/${path}`, { token: account.access_token })).status).toBe(
        403,
      );
    expect((await rename("Mine now", "*", account.access_token, other.desk_id)).status).toBe(403);
    const token = await tokenOn(account, other.desk_id);
    expect((await rename("Renamed from elsewhere", "*", token)).status).toBe(200);
  });

  it("costs no query where it is the active one", async () => {
    await read();
    expect((await read()).headers.get("bourse-cost")).not.toContain("d1_");
  });
});

describe("renaming a desk", () => {
  it("needs the version that was read, and every member sees the new name", async () => {
    const etag = (await read()).headers.get("etag") ?? "";
    expect((await rename("A")).status).toBe(428);
    expect((await rename("A", '"9"')).status).toBe(412);
    const renamed = await rename("A", etag);
    expect(await renamed.json()).toMatchObject({ name: "A" });
    expect((await rename("B", etag)).status).toBe(412);
    expect((await rename("B", renamed.headers.get("etag") ?? "")).status).toBe(200);
    expect((await (await read()).json<OwnDesk>()).name).toBe("B");
    const me = await call("/v1/me", { token: account.access_token });
    expect(await me.json()).toMatchObject({ desk: { name: "B" } });
  });

  it("by two at once takes one of them", async () => {
    const etag = (await read()).headers.get("etag") ?? "";
    const statuses = (await Promise.all([rename("A", etag), rename("B", etag)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 412]);
  });
});

describe("handing a desk over", () => {
  it("makes the other its admin and the caller a manager, both at once", async () => {
    const other = await newAccount();
    await join(other, account, "trader");
    const answer = await transfer(other.user_id);
    expect(await answer.json()).toMatchObject({ id: other.user_id, role: "admin" });
    const { desk_id, user_id } = account;
    expect([await roleOf(desk_id, user_id), await roleOf(desk_id, other.user_id)]).toEqual([
      "manager",
      "admin",
    ]);
    expect((await rename("Mine again", "*")).status).toBe(403);
    expect((await rename("Theirs", "*", await tokenOn(other, desk_id), desk_id)).status).toBe(200);
    expect((await auditOf(desk_id)).at(-2)).toMatchObject({ action: "desk.transfer", target: desk_id });
  });

  it("to oneself, to a stranger or to somebody deactivated changes nothing", async () => {
    const stranger = await newAccount();
    const gone = await newColleague(account.desk_id, "admin");
    await changeBehind([gone], "UPDATE users SET status = 'deactivated' WHERE id = ?", gone);
    expect((await transfer(account.user_id)).status).toBe(422);
    expect((await problemOf(await transfer(stranger.user_id))).code).toBe("members.not_found");
    expect((await problemOf(await transfer(gone))).code).toBe("desks.cannot_take_over");
    expect(await roleOf(account.desk_id, account.user_id)).toBe("admin");
  });

  it("to two at once reaches one of them", async () => {
    const [a, b] = [await newColleague(account.desk_id, "user"), await newColleague(account.desk_id, "user")];
    const statuses = (await Promise.all([transfer(a), transfer(b)])).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    const roles = [await roleOf(account.desk_id, a), await roleOf(account.desk_id, b)];
    expect(roles.sort()).toEqual(["admin", "user"]);
  });
});
