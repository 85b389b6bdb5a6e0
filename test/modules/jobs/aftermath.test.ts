import { runInDurableObject } from "cloudflare:test";
import { afterEach, expect, it, vi } from "vitest";
import type { JobRoom } from "../../../src/modules/jobs/room.ts";
import type { RoomState } from "../../../src/modules/jobs/room-record.ts";
import { roomOf } from "../../../src/modules/jobs/rooms.ts";
import { newAccount } from "../../support/desk.ts";
import { testEnv } from "../../support/env.ts";
import { insertQueuedJob } from "../../support/jobs.ts";
import { testPlatform } from "../../support/platform.ts";

const DAY_MS = 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

it("asks less and less often for an aftermath that nobody confirms, and not for ever", async () => {
  const job = await insertQueuedJob(await newAccount());
  const stub = testEnv.JOB_ROOM.getByName(`${job.desk_id}/${job.id}`);
  await runInDurableObject(stub, async (instance, { storage }) => {
    const room = instance as JobRoom;
    let asked = 0;
    const send = async () => {
      asked += 1;
      return { metadata: { metrics: { backlogBytes: 0, backlogCount: 0 } } };
    };
    // The messages go nowhere: nobody ever settles this job.
    vi.spyOn(testEnv.JOBS_NORMAL, "send").mockImplementation(send);
    const actAt = () => storage.kv.get<RoomState>("state")?.act_at ?? 0;
    vi.useFakeTimers({ toFake: ["Date"] });
    await room.control("cancel", null);
    const waits: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      vi.setSystemTime(actAt());
      await room.alarm();
      waits.push((actAt() - Date.now()) / 1_000);
    }
    expect(waits).toEqual([20, 40, 80, 160, 300, 300, 300, 300]);
    expect(asked).toBe(9);
    vi.setSystemTime(Date.now() + DAY_MS);
    await room.alarm();
    expect(storage.kv.get("state")).toBeUndefined();
    expect(asked).toBe(9);
  });
});

it("gives both of two cancels at once the same answer", async () => {
  const job = await insertQueuedJob(await newAccount());
  const room = () => roomOf(testPlatform(), job.desk_id, job.id);
  const answers = await Promise.all([room().control("cancel", null), room().control("cancel", null)]);
  expect(answers.map((answer) => "job" in answer && answer.job?.status)).toEqual(["cancelled", "cancelled"]);
});
