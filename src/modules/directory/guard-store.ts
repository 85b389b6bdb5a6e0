import { desc, eq, type SQL, sql } from "drizzle-orm";
import type { Database, Statement } from "../../platform/database.ts";
import type { UserId } from "../../platform/ids.ts";
import { knownNetworks, loginGuards } from "./tables.ts";

interface Patience {
  free: number;
  first_ms: number;
  most_ms: number;
  forget_ms: number;
}

/** Who is guessed at: a log-in as it was typed, a known user, or nothing but the network that it comes from. */
export type Guessed = { login: string; login_hash: string } | { user: UserId } | "network";

/**
 * `<way>:<user>`, or `<way>:<user>@<network>` where they have logged in from this network of late: what strangers
 * do elsewhere doesn't lock them out here. A log-in that nobody has counts by its own hash, in the same statement.
 */
function subjectOf(way: string, guessed: Guessed, network: string): SQL {
  if (guessed === "network") return sql`${`${way}:address:${network}`}`;
  const account = sql`${way} || ':' || id || CASE
    WHEN EXISTS (SELECT 1 FROM known_networks WHERE user_id = id AND network = ${network})
    THEN '@' || ${network} ELSE '' END`;
  if ("user" in guessed) {
    return sql`COALESCE((SELECT ${account} FROM users WHERE id = ${guessed.user}), ${`${way}:${guessed.user}`})`;
  }
  const { login, login_hash } = guessed;
  const named = login.includes("@") ? sql`email = ${login.toLowerCase()}` : sql`username = ${login}`;
  return sql`COALESCE((SELECT ${account} FROM users WHERE ${named}), ${`${way}:login:${login_hash}`})`;
}

interface Counted {
  way: string;
  guessed: Guessed;
  network: string;
  patience: Patience;
  now: number;
}

/**
 * Counts an attempt as a failure, and answers the subject's row only if it was open: of any number of attempts at
 * once no more pass than are left. The delay of the next one is in force as soon as this one is counted.
 */
export const countAttempt = (db: Database, of: Counted): Statement => db.all(countOf(of, sql`TRUE`));

/** The same, only if the statement before it in the batch let its own attempt through. */
export const countAttemptIfChanged = (db: Database, of: Counted): Statement =>
  db.all(countOf(of, sql`changes() > 0`));

function countOf({ guessed, network, now, patience, way }: Counted, condition: SQL): SQL {
  const { first_ms, forget_ms, free, most_ms } = patience;
  const failures = sql`(CASE WHEN login_guards.updated_at < ${now - forget_ms} THEN 1 ELSE login_guards.failures + 1 END)`;
  return sql`
    INSERT INTO login_guards (subject, failures, locked_until, updated_at)
    SELECT ${subjectOf(way, guessed, network)}, 1, ${free <= 1 ? now + first_ms : 0}, ${now} WHERE ${condition}
    ON CONFLICT (subject) DO UPDATE SET
      failures = ${failures},
      locked_until = CASE WHEN ${failures} < ${free} THEN 0
        ELSE ${now} + min(${most_ms}, ${first_ms} << min(${failures} - ${free}, 20)) END,
      updated_at = ${now}
    WHERE login_guards.locked_until <= ${now}
    RETURNING subject`;
}

/** Until when the subject is locked; no row where it never was. */
export const selectLock = (db: Database, way: string, guessed: Guessed, network: string): Statement =>
  db.all(sql`SELECT locked_until FROM login_guards WHERE subject = ${subjectOf(way, guessed, network)}`);

/** What an account's failures were is forgotten with its success. */
export const forgive = (db: Database, subject: string): Statement =>
  db.delete(loginGuards).where(eq(loginGuards.subject, subject));

const ofUser = (way: string, user: UserId): SQL =>
  sql`(subject = ${`${way}:${user}`} OR (subject > ${`${way}:${user}@`} AND subject < ${`${way}:${user}A`}))`;

/** Everything that was counted of a user by some way, on whatever network. */
export const forgiveAccount = (db: Database, way: string, user: UserId): Statement =>
  db.run(sql`DELETE FROM login_guards WHERE ${ofUser(way, user)}`);

/** What was counted of a user by any way, as the condition of a larger statement. */
export const guardsOf = (user: UserId): SQL =>
  sql`(${sql.join(
    ["password", "code", "bootstrap"].map((way) => ofUser(way, user)),
    sql` OR `,
  )})`;

/** A network gets back the one attempt that succeeded, or one's own account would pay for guesses at others. */
export const giveBack = (db: Database, subject: string, free: number): Statement =>
  db.run(sql`
    UPDATE login_guards SET failures = max(0, failures - 1),
      locked_until = CASE WHEN failures - 1 < ${free} THEN 0 ELSE locked_until END
    WHERE subject = ${subject}`);

/** Notes where a user has just logged in from, if the statement before it in the batch changed a row. */
export const knowNetworkIfChanged = (db: Database, user: UserId, network: string, now: number): Statement =>
  db.run(sql`
    INSERT INTO known_networks (user_id, network, seen_at) SELECT ${user}, ${network}, ${now} WHERE changes() > 0
    ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at`);

/** Where a user has logged in from of late, the latest first. */
export const selectNetworks = (db: Database, user: UserId) =>
  db
    .select({ network: knownNetworks.network })
    .from(knownNetworks)
    .where(eq(knownNetworks.user_id, user))
    .orderBy(desc(knownNetworks.seen_at))
    .limit(100);
