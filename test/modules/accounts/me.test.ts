import { expect, it } from "vitest";
import { changeBehind } from "../../support/accounts.ts";
import { call, newAccount } from "../../support/desk.ts";
import { tokenOn } from "../../support/members.ts";

it("is told anew to a caller whose role or desk is another one, and as unchanged to nobody else", async () => {
  const account = await newAccount();
  const { access_token, desk_id, user_id } = account;
  const me = async (token: string, etag = '""') =>
    await call("/v1/me", { token, headers: { "if-none-match": etag } });
  const etag = (await me(access_token)).headers.get("etag") ?? "";
  expect((await me(access_token, etag)).status).toBe(304);
  const made = await call("/v1/desks", { token: access_token, json: { name: "Metals" } });
  const other = await tokenOn(account, (await made.json<{ id: string }>()).id);
  expect((await me(other, etag)).status).toBe(200);
  const demote = "UPDATE members SET role = 'viewer' WHERE desk_id = ? AND user_id = ?";
  await changeBehind([user_id], demote, desk_id, user_id);
  expect((await me(access_token, etag)).status).toBe(200);
});
