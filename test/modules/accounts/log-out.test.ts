import { beforeEach, describe, expect, it } from "vitest";
import { auditOf, isIn, logIn, refresh } from "../../support/accounts.ts";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { unknownId } from "../../support/world.ts";

let account: Account;
beforeEach(async () => {
  account = await newAccount();
});

const logOut = async (refresh_token: string) => await call("/v1/auth/logout", { json: { refresh_token } });
const actions = async () => (await auditOf(account.desk_id)).map(({ action }) => action);

describe("logging out", () => {
  it("ends the session at once, its access token too, and leaves the others", async () => {
    const other = await logIn(account);
    expect((await logOut(account.refresh_token)).status).toBe(204);
    expect(await isIn(account.access_token)).toBe(false);
    expect((await refresh(account.refresh_token)).status).toBe(401);
    expect(await isIn(other.access_token)).toBe(true);
    expect(await actions()).toContain("session.end");
  });

  it("answers the same for tokens that are none, and ends nothing by them", async () => {
    const [session, generation, proof = ""] = account.refresh_token.split(".");
    const forged = `${session}.${generation}.${[...proof].reverse().join("")}`;
    for (const token of [forged, "garbage", `brt_${unknownId("ses")}.0.${proof}`]) {
      expect((await logOut(token)).status).toBe(204);
    }
    expect(await isIn(account.access_token)).toBe(true);
    expect(await actions()).not.toContain("session.end");
  });

  it("is audited once, however often it is asked for", async () => {
    await logOut(account.refresh_token);
    await logOut(account.refresh_token);
    expect((await actions()).filter((action) => action === "session.end")).toHaveLength(1);
  });
});

describe("logging out everywhere", () => {
  it("ends every session of the caller and none of anybody else", async () => {
    const [other, stranger] = [await logIn(account), await newAccount()];
    const answer = await call("/v1/auth/logout-all", { method: "POST", token: other.access_token });
    expect(answer.status).toBe(204);
    for (const token of [account.access_token, other.access_token]) expect(await isIn(token)).toBe(false);
    for (const token of [account.refresh_token, other.refresh_token])
      expect((await refresh(token)).status).toBe(401);
    expect(await isIn(stranger.access_token)).toBe(true);
    expect((await actions()).filter((action) => action === "session.end_all")).toHaveLength(1);
  });
});
