import type { AppContext, Caller } from "../../http/app-env.ts";
import { countCall } from "../../http/limits.ts";
import { Problem } from "../../http/problem.ts";
import { type Ctx, contextOf } from "../access/context.ts";
import { spendCall } from "../access/quota.ts";
import { foreignOrigin, tooManyWatchers, upgradeRequired } from "./errors.ts";
import { CLOSE } from "./policy.ts";
import { closedSocket } from "./socket-pair.ts";
import { watchRequest, whoOf } from "./watcher.ts";

const PROTOCOL = "bourse.v1";
const NO_TICKET = "send a fresh ticket (each is good once, for 30 s) or a valid access token";
const CLOSE_OF = { 401: CLOSE.not_authenticated, 403: CLOSE.not_allowed, 404: CLOSE.not_found } as const;

/** How a socket says who calls: a ticket among its protocols, or the header of a program. */
export type IdentifySocket = (c: AppContext, ticket: string | undefined) => Promise<Caller | undefined>;

/** Checks the permission, finds the object and hands it the request. */
type Open = (ctx: Ctx, request: Request) => Promise<Response>;

/**
 * Opens a socket for whoever may have it, as one counted call. Refusals that a browser should understand open the
 * socket too and close it with a code that tells why.
 */
export async function openSocket(c: AppContext, identify: IdentifySocket, open: Open): Promise<Response> {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") throw upgradeRequired();
  const protocols = (c.req.header("sec-websocket-protocol") ?? "").split(",").map((name) => name.trim());
  const ticket = protocols.find((name) => name.startsWith("ticket."))?.slice("ticket.".length);
  const protocol = protocols.includes(PROTOCOL) ? PROTOCOL : undefined;
  const seen = /^\d{1,15}$/.exec(c.req.query("after") ?? "")?.[0];
  const after = seen === undefined ? undefined : Number(seen);
  try {
    refuseForeignOrigin(c);
    c.set("caller", await identify(c, ticket));
    await countCall(c);
    return await spendCall(c, async () => {
      const ctx = contextOf(c);
      return opened(await open(ctx, watchRequest({ after, protocol, socket: true, who: whoOf(ctx) })));
    });
  } catch (error) {
    if (error instanceof Problem && (error.status === 401 || error.status === 403 || error.status === 404)) {
      const reason = error.status === 401 ? NO_TICKET : error.message;
      return closedSocket(CLOSE_OF[error.status], reason, protocol);
    }
    throw error;
  }
}

/** The stream of events of an object, for a caller whose permission was checked. */
export async function openStream(
  ctx: Ctx,
  after: number | undefined,
  open: (request: Request) => Promise<Response>,
): Promise<Response> {
  return opened(await open(watchRequest({ after, protocol: undefined, socket: false, who: whoOf(ctx) })));
}

function opened(answer: Response): Response {
  if (answer.status === 429) throw tooManyWatchers();
  return answer;
}

/** Browsers always name their origin; programs name none. */
function refuseForeignOrigin(c: AppContext): void {
  const origin = c.req.header("origin");
  if (origin !== undefined && !c.var.platform.settings.ALLOWED_ORIGINS.includes(origin))
    throw foreignOrigin();
}
