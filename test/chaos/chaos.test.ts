import { expect, it } from "vitest";
import { type Account, newAccount } from "../support/desk.ts";
import { testEnv } from "../support/env.ts";
import { makeKey } from "../support/members.ts";
import { watchByEvents, watchBySocket } from "../support/watch.ts";
import { Chance } from "./chance.ts";
import { hush, type Voice } from "./quiet.ts";
import { openAccounts } from "./steps-job.ts";
import { Storm } from "./storm.ts";
import { followThroughStorm } from "./watchers.ts";
import { chaosJobs, faultsOfAll, unfinished } from "./wholeness.ts";

const JOBS = Number(testEnv.CHAOS_JOBS);
const SEED = Number(testEnv.CHAOS_SEED);
/** As many jobs are unfinished at once, so that the storm lasts as long as the work. */
const IN_FLIGHT = 300;
const DESKS = 12;
const RATES = { watched: 0.05, steered: 0.2, evicted: 0.05, clock: 0.01, timers: 0.01, resumed: 0.01 };
const CALM_MS = 90_000 + JOBS * 30;

type Watching = Promise<string | undefined>[];
type Owner = Account & { key: string };

/** Watches by a key, since a log-in would end on the way. */
async function newOwner(): Promise<Owner> {
  const account = await newAccount();
  return { ...account, key: (await makeKey(account, { scopes: ["jobs:read"] })).key };
}

/** Asks for jobs while faults strike, users steer and clients watch. */
async function rage(
  storm: Storm,
  chance: Chance,
  desks: Owner[],
  watching: Watching,
  { mention }: Voice,
): Promise<void> {
  const besides: Promise<void>[] = [];
  while (storm.jobs.length < JOBS) {
    const job = await storm.ask();
    const owner = desks.find(({ desk_id }) => desk_id === job?.desk_id);
    if (job && owner && chance.hits(RATES.watched)) {
      const transports = [watchBySocket, watchByEvents];
      watching.push(followThroughStorm(chance, transports, owner.key, job.id));
    }
    if (chance.hits(RATES.steered)) besides.push(storm.steer());
    if (chance.hits(RATES.evicted)) besides.push(storm.evict());
    if (chance.hits(RATES.clock)) storm.weather.jump();
    if (chance.hits(RATES.timers)) besides.push(storm.timers());
    if (chance.hits(RATES.resumed)) besides.push(storm.resumeAll());
    mention(`${storm.jobs.length} of ${JOBS} jobs asked for, ${storm.queues.handled} messages handled`);
    if (storm.jobs.length % 20 === 0) await storm.untilFewerThan(IN_FLIGHT);
  }
  await storm.untilFewerThan(IN_FLIGHT / 5);
  await Promise.allSettled(besides);
}

async function calmDown(storm: Storm): Promise<void> {
  storm.weather.end();
  await storm.resumeAll();
  const left = async () => {
    await storm.timers();
    return (await unfinished()) + storm.queues.size;
  };
  await expect.poll(left, { timeout: CALM_MS, interval: 1_000 }).toBe(0);
}

async function report(
  storm: Storm,
  watched: number,
  [raged_ms, calmed_ms]: [number, number],
): Promise<string> {
  const list = (counts: [string, number | undefined][]) => counts.map(([of, n]) => `${n} ${of}`).join(", ");
  const ends = Object.groupBy(await chaosJobs(), ({ status }) => status);
  const struck = { ...storm.weather.struck, ...storm.queues.struck };
  return [
    `seed ${SEED}: ${storm.jobs.length} jobs, ${storm.queues.handled} messages, ${watched} watched`,
    `  ended: ${list(Object.entries(ends).map(([status, jobs]) => [status, jobs?.length]))}`,
    `  struck: ${list(Object.entries(struck))}`,
    "  nothing lost, nothing twice, no stream with a hole",
    `  ${(raged_ms / 1_000).toFixed(1)} s of storm, ${(calmed_ms / 1_000).toFixed(1)} s until all was calm`,
  ].join("\n");
}

it(
  `brings ${JOBS} jobs through a storm: each in one final state, each effect once, each stream whole`,
  async () => {
    const chance = new Chance(SEED);
    await openAccounts();
    const desks = await Promise.all(Array.from({ length: DESKS }, newOwner));
    const storm = new Storm(chance, desks);
    const voice = hush();
    let over = false;
    const started = performance.now();
    storm.begin();
    const consuming = storm.consume(() => over);
    const watching: Watching = [];
    await rage(storm, chance, desks, watching, voice);
    const raged = performance.now();
    await calmDown(storm);
    const seen = await Promise.all(watching);
    const faults = () => faultsOfAll(desks.map(({ desk_id }) => desk_id));
    await expect.poll(faults, { timeout: CALM_MS, interval: 2_000 }).toEqual([]);
    over = true;
    await consuming;
    storm.end();
    expect(seen.filter((fault) => fault !== undefined)).toEqual([]);
    voice.speak(await report(storm, watching.length, [raged - started, performance.now() - raged]));
  },
  CALM_MS * 8,
);
