import { lt } from "drizzle-orm";
import { DAY_MS, HOUR_MS } from "../../platform/clock.ts";
import type { Database, Statement } from "../../platform/database.ts";
import {
  knownNetworks,
  loginGuards,
  mailedProofs,
  mfaChallenges,
  sessions,
  standingChanges,
  tickets,
} from "./tables.ts";

/** Ended sessions stay this long, for whoever looks into what happened. */
const SESSION_KEPT_MS = 30 * DAY_MS;
/** A network that nobody has logged in from for as long is a stranger's again. */
const NETWORK_KEPT_MS = 30 * DAY_MS;
/** No isolate trusts what it knows for longer than half a minute, so none needs older news. */
const CHANGE_KEPT_MS = HOUR_MS;

/** Forgets what has ended; each by the index of its age. */
export const sweepDirectory = (db: Database, now: number): [Statement, ...Statement[]] => [
  db.delete(tickets).where(lt(tickets.expires_at, now)),
  db.delete(sessions).where(lt(sessions.expires_at, now - SESSION_KEPT_MS)),
  db.delete(mailedProofs).where(lt(mailedProofs.expires_at, now - DAY_MS)),
  db.delete(mfaChallenges).where(lt(mfaChallenges.expires_at, now)),
  db.delete(loginGuards).where(lt(loginGuards.updated_at, now - DAY_MS)),
  db.delete(knownNetworks).where(lt(knownNetworks.seen_at, now - NETWORK_KEPT_MS)),
  db.delete(standingChanges).where(lt(standingChanges.at, now - CHANGE_KEPT_MS)),
];
