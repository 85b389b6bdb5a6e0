import { type Env, type Settings, settingsOf } from "../env.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Cost, noCost } from "./cost.ts";
import { type Database, openDatabase } from "./database.ts";
import { consoleLog, type Log } from "./log.ts";
import { openObjects } from "./objects.ts";

/** What every use case stands on: the bindings behind counting adapters, the time, and the log. */
export interface Platform {
  env: Env;
  settings: Settings;
  db: Database;
  files: R2Bucket;
  cost: Cost;
  clock: Clock;
  log: Log;
  /** Lets work finish after the answer has gone out; a failure of it is logged and stops nothing. */
  defer(work: Promise<unknown>): void;
}

export function openPlatform(
  env: Env,
  waitUntil: (work: Promise<unknown>) => void,
  log: Log = consoleLog(),
): Platform {
  const cost = noCost();
  let db: Database | undefined;
  return {
    env,
    settings: settingsOf(env),
    get db() {
      db ??= openDatabase(env.DB, cost);
      return db;
    },
    files: openObjects(env.FILES, cost),
    cost,
    clock: systemClock,
    log,
    defer: (work) => waitUntil(work.catch((error: unknown) => log.error("deferred work failed", { error }))),
  };
}
