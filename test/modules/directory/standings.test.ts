import { expect, it } from "vitest";
import { Standings } from "../../../src/modules/directory/standings.ts";
import { testEnv } from "../../support/env.ts";
import { testPlatform } from "../../support/platform.ts";

it("asks the feed after a change of its own, though it was just being read", async () => {
  let now = Date.now();
  const platform = { ...testPlatform(), clock: { now: () => now } };
  const standings = new Standings<string>();
  const subject = `ses_${crypto.randomUUID()}`;
  let role = "admin";
  const ask = () =>
    standings.get(platform, "credential", async () => ({
      value: role,
      subjects: [subject],
      ends_at: Number.POSITIVE_INFINITY,
    }));
  expect(await ask()).toBe("admin");
  now += 1_100;
  expect(await ask()).toBe("admin");
  expect(platform.deferred).toHaveLength(1);
  standings.distrust();
  await Promise.all(platform.deferred);
  role = "viewer";
  await testEnv.DB.prepare("INSERT INTO standing_changes (subject, at) VALUES (?, ?)")
    .bind(subject, now)
    .run();
  expect(await ask()).toBe("viewer");
});
