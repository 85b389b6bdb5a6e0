import type { AppContext } from "../../http/app-env.ts";
import type { JobId } from "../../platform/ids.ts";
import { type Ctx, requirePermission } from "../access/context.ts";
import { type IdentifySocket, openSocket, openStream } from "../live/open-socket.ts";
import { jobNotFound } from "./errors.ts";
import { roomOf } from "./rooms.ts";
import { findJob } from "./store.ts";

/** The job's events as an SSE answer, from after the event that the caller has seen. */
export async function watchAsEvents(ctx: Ctx, id: string, after: number | undefined): Promise<Response> {
  requirePermission(ctx, "jobs:read");
  return await openStream(ctx, after, (request) => inRoom(ctx, id, request));
}

/** The same over a socket. */
export async function watchBySocket(c: AppContext, id: string, identify: IdentifySocket): Promise<Response> {
  return await openSocket(c, identify, async (ctx, request) => {
    requirePermission(ctx, "jobs:read");
    return await inRoom(ctx, id, request);
  });
}

async function inRoom(ctx: Ctx, id: string, request: Request): Promise<Response> {
  const job = await findJob(ctx.db, ctx.desk, id);
  if (job === undefined) throw jobNotFound();
  return await roomOf(ctx, ctx.desk, job.id satisfies JobId).fetch(request);
}
