import { expect, it } from "vitest";
import { textPrefix } from "../../../src/modules/library/object-keys.ts";
import { isId } from "../../../src/platform/ids.ts";
import { deletePrefix } from "../../../src/platform/objects.ts";
import { call, newAccount, uploadAndProcess } from "../../support/desk.ts";
import { testPlatform } from "../../support/platform.ts";
import { search } from "../../support/search.ts";

it("keeps a document as it was found where its text went away under the rebuild", async () => {
  const { access_token: token, desk_id } = await newAccount();
  const kept = await uploadAndProcess(token, "# Kept\n\nThe contango of crude.\n", "kept.md");
  const gone = await uploadAndProcess(token, "# Gone\n\nThe contango of wheat.\n", "gone.md");
  if (!isId("dsk", desk_id) || !isId("doc", gone.id) || !isId("job", gone.job_id)) throw new Error("no ids");
  await deletePrefix(testPlatform().files, textPrefix(desk_id, gone.id, gone.job_id));
  const asked = await call("/v1/search/reindex", { token, method: "POST" });
  const path = asked.headers.get("location") ?? "";
  const status = async () => (await (await call(path, { token })).json<{ status: string }>()).status;
  await expect.poll(status, { timeout: 20_000 }).toBe("succeeded");
  const { results } = await search(token, { query: "contango" });
  expect(results.map(({ document_id }) => document_id).sort()).toEqual([kept.id, gone.id].sort());
});
