import type { AppContext, Caller } from "../../http/app-env.ts";
import { countCall } from "../../http/limits.ts";
import { Problem } from "../../http/problem.ts";
import type { DeskId, JobId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import { type Ctx, contextOf, requirePermission } from "../access/context.ts";
import { spendCall } from "../access/quota.ts";
import { jobNotFound } from "./errors.ts";
import { roomOf } from "./rooms.ts";
import { findJob } from "./store.ts";

const PROTOCOL = "bourse.v1";
const CLOSE = { 401: 4401, 403: 4403, 404: 4404 } as const;

function roomRequest(after: number | undefined, headers: Record<string, string>): Request {
  return new Request(`https://room/${after === undefined ? "" : `?after=${after}`}`, { headers });
}

async function roomFor(platform: Platform, desk: DeskId, id: string) {
  const job = await findJob(platform.db, desk, id);
  if (job === undefined) throw jobNotFound();
  return roomOf(platform, desk, job.id satisfies JobId);
}

/** The job's events as an SSE answer, from after the event that the caller has seen. */
export async function watchAsEvents(ctx: Ctx, id: string, after: number | undefined): Promise<Response> {
  requirePermission(ctx, "jobs:read");
  const room = await roomFor(ctx, ctx.desk, id);
  return await room.fetch(roomRequest(after, {}));
}

/** How a socket says who calls: a ticket among its protocols, or the header of a program. */
export type IdentifySocket = (c: AppContext, ticket: string | undefined) => Promise<Caller | undefined>;

/**
 * Opens the job's socket. A browser sees no status of a failed upgrade, so refusals open the socket and close it
 * with a code that tells why.
 */
export async function watchBySocket(c: AppContext, id: string, identify: IdentifySocket): Promise<Response> {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
    throw new Problem(426, "request.upgrade_required", "Open this address as a WebSocket.", {
      headers: { upgrade: "websocket" },
    });
  }
  const protocols = (c.req.header("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  const ticket = protocols.find((name) => name.startsWith("ticket."))?.slice("ticket.".length);
  const chosen = protocols.includes(PROTOCOL) ? { "sec-websocket-protocol": PROTOCOL } : undefined;
  const after = /^\d{1,15}$/.exec(c.req.query("after") ?? "")?.[0];
  try {
    refuseForeignOrigin(c);
    c.set("caller", await identify(c, ticket));
    await countCall(c);
    return await spendCall(c, async () => {
      const ctx = contextOf(c);
      requirePermission(ctx, "jobs:read");
      const room = await roomFor(ctx, ctx.desk, id);
      return await room.fetch(
        roomRequest(after === undefined ? undefined : Number(after), { upgrade: "websocket", ...chosen }),
      );
    });
  } catch (error) {
    if (error instanceof Problem && (error.status === 401 || error.status === 403 || error.status === 404)) {
      return closedSocket(CLOSE[error.status], error.message, chosen);
    }
    throw error;
  }
}

/** Browsers always name their origin; programs name none. */
function refuseForeignOrigin(c: AppContext): void {
  const origin = c.req.header("origin");
  if (origin === undefined || c.var.platform.settings.ALLOWED_ORIGINS.includes(origin)) return;
  throw new Problem(403, "access.foreign_origin", "This origin may not open sockets here.");
}

function closedSocket(code: number, reason: string, headers: Record<string, string> | undefined): Response {
  const [client, server] = Object.values(new WebSocketPair());
  if (client === undefined || server === undefined) throw new Error("WebSocketPair gave no pair");
  server.accept();
  server.close(code, reason.slice(0, 120));
  return new Response(null, { status: 101, webSocket: client, ...(headers ? { headers } : {}) });
}
