import { z } from "zod";
import type { Ctx } from "../access/context.ts";
import { subjectsOf } from "../directory/callers.ts";

/** Who watches: all whose change sends them away, and when their credential ends of itself (null: never), in ms. */
const whoShape = z.object({
  subjects: z.array(z.string()).max(8),
  ends_at: z.number().nullable(),
  /** The position of the feed of standings up to which they are known to stand. */
  seq: z.int(),
  /** Whether they may watch jobs too, on a socket that carries several things. */
  reads_jobs: z.boolean(),
});
export type Who = z.infer<typeof whoShape>;

/** What an object needs to know to let somebody watch. */
export interface WatchRequest {
  after: number | undefined;
  /** Null for an object of ours that watches for people whom it looks after itself. */
  who: Who | null;
  socket: boolean;
  protocol: string | undefined;
}

const WHO_HEADER = "bourse-who";

export const whoOf = ({ actor, credential, desk, permissions, standing }: Ctx): Who => ({
  subjects: subjectsOf({ credential, desk, user: actor }),
  ends_at: Number.isFinite(standing.ends_at) ? standing.ends_at : null,
  seq: standing.seq,
  reads_jobs: permissions.has("jobs:read"),
});

/** The request that opens an object's socket or stream. Whoever sends it has checked that they may watch. */
export function watchRequest({ after, protocol, socket, who }: WatchRequest): Request {
  return new Request(`https://object/${after === undefined ? "" : `?after=${after}`}`, {
    headers: {
      ...(who === null ? {} : { [WHO_HEADER]: JSON.stringify(who) }),
      ...(socket ? { upgrade: "websocket" } : {}),
      ...(protocol === undefined ? {} : { "sec-websocket-protocol": protocol }),
    },
  });
}

/** The same as the object reads it. */
export function parseWatchRequest({ headers, url }: Request): WatchRequest {
  const after = new URL(url).searchParams.get("after");
  const who = headers.get(WHO_HEADER);
  return {
    after: after === null ? undefined : Number(after),
    who: who === null ? null : whoShape.parse(JSON.parse(who)),
    socket: headers.get("upgrade") === "websocket",
    protocol: headers.get("sec-websocket-protocol") ?? undefined,
  };
}
