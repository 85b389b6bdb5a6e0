import { z } from "zod";
import { Problem } from "../../http/problem.ts";
import { networkOf } from "../../platform/addresses.ts";
import { SECOND_MS } from "../../platform/clock.ts";
import { queryBatch, runBatch, type Statement } from "../../platform/database.ts";
import type { UserId } from "../../platform/ids.ts";
import type { Platform } from "../../platform/platform.ts";
import {
  countAttempt,
  countAttemptIfChanged,
  forgive,
  type Guessed,
  giveBack,
  selectLock,
} from "../directory/guard-store.ts";
import { ACCOUNT_PATIENCE, addressPatience, type Way } from "./guard-policy.ts";

/** An attempt that was let in and counts as failed until it is forgiven. */
export interface Attempt {
  account: string;
  network: string;
}

type Guarded = Pick<Platform, "clock" | "db" | "settings">;

const subjectRow = z.array(z.object({ subject: z.string() }));
const lockRow = z.array(z.object({ locked_until: z.number() }));

/**
 * Takes an attempt at an account by some way in; 429 with the seconds until it opens again while the account or the
 * network is locked. A network that is locked out costs the account nothing.
 */
export async function takeAttempt(
  platform: Guarded,
  way: Way,
  guessed: Guessed,
  address: string,
): Promise<Attempt> {
  const { clock, db, settings } = platform;
  const counted = { way, network: networkOf(address), now: clock.now() };
  const [networkRows, accountRows] = await queryBatch(
    db,
    countAttempt(db, {
      ...counted,
      guessed: "network",
      patience: addressPatience(settings.RATE_LIMIT_SCALE),
    }),
    countAttemptIfChanged(db, { ...counted, guessed, patience: ACCOUNT_PATIENCE }),
  );
  const [network] = subjectRow.parse(networkRows);
  const [account] = subjectRow.parse(accountRows);
  if (network && account) return { account: account.subject, network: network.subject };
  throw lockedOut(await waitOf(platform, way, [guessed, "network"], address));
}

/** For the batch of what the attempt led to: the account's failures are forgotten, the network gets this one back. */
export function forgiveStatements(
  { db, settings }: Pick<Platform, "db" | "settings">,
  attempt: Attempt,
): [Statement, Statement] {
  const { free } = addressPatience(settings.RATE_LIMIT_SCALE);
  return [forgive(db, attempt.account), giveBack(db, attempt.network, free)];
}

/** Tries what the caller could guess at: it counts as failed, until `use` has found it right. */
export async function tryGuarded(
  ctx: Guarded & { actor: UserId; address: string },
  way: Way,
  use: () => Promise<boolean>,
): Promise<boolean> {
  const attempt = await takeAttempt(ctx, way, { user: ctx.actor }, ctx.address);
  if (!(await use())) return false;
  await runBatch(ctx.db, ...forgiveStatements(ctx, attempt));
  return true;
}

/** Counts a failure of a network at something that names no account, as a made-up key; 429 while it is locked. */
export async function countFailure(platform: Guarded, way: Way, address: string): Promise<void> {
  const { clock, db, settings } = platform;
  const network = networkOf(address);
  const patience = addressPatience(settings.RATE_LIMIT_SCALE);
  const now = clock.now();
  const [rows] = await queryBatch(db, countAttempt(db, { way, guessed: "network", network, patience, now }));
  if (subjectRow.parse(rows).length === 0) throw lockedOut(await waitOf(platform, way, ["network"], address));
}

async function waitOf(
  { clock, db }: Guarded,
  way: Way,
  guessed: [Guessed, ...Guessed[]],
  address: string,
): Promise<number> {
  const network = networkOf(address);
  const [first, ...more] = guessed.map((each) => selectLock(db, way, each, network));
  if (first === undefined) return 0;
  const rows = (await queryBatch(db, first, ...more)).flatMap((each) => lockRow.parse(each));
  return Math.max(0, ...rows.map(({ locked_until }) => locked_until - clock.now()));
}

function lockedOut(wait_ms: number): Problem {
  const seconds = Math.max(1, Math.ceil(wait_ms / SECOND_MS));
  return new Problem(429, "auth.locked", `Too many failures; try again in ${seconds} s.`, {
    headers: { "retry-after": String(seconds) },
  });
}
