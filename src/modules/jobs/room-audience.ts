import type { Env } from "../../env.ts";
import { noCost } from "../../platform/cost.ts";
import { openDatabase } from "../../platform/database.ts";
import { Audience } from "../live/audience.ts";
import type { Story } from "../live/frame.ts";
import type { Job, JobEvent } from "./job.ts";
import { isFinal } from "./policy.ts";
import type { RoomRecord } from "./room-record.ts";
import { eventView, snapshotView } from "./schemas.ts";

/** Everyone who watches a job: its events as the room's record numbers them, over once it has ended. */
export class RoomAudience extends Audience {
  constructor(ctx: DurableObjectState, env: Env, record: RoomRecord) {
    super(ctx, storyOf(record), () => openDatabase(env.DB, noCost()));
  }

  tellOf(job: Job, event: JobEvent): void {
    this.tell(eventView(job, event));
  }
}

/** An empty room has no story and is over; nobody is let in to watch it. */
function storyOf(record: RoomRecord): Story {
  return {
    get seq() {
      return record.state?.job.seq ?? 0;
    },
    get ended() {
      return record.state === undefined || isFinal(record.state.job.status);
    },
    snapshot() {
      if (record.state === undefined) throw new Error("an empty room has nothing to show");
      return snapshotView(record.state.job);
    },
    after(seq) {
      const job = record.state?.job;
      return job && record.eventsAfter(seq)?.map((event) => eventView(job, event));
    },
  };
}
