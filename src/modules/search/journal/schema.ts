import { KINDS, WINDOWS } from "./policy.ts";

const counters = KINDS.flatMap((kind) => WINDOWS.map((window) => `${kind}_${window}`));
const ranked = KINDS.flatMap((kind) => WINDOWS.map((window) => ({ kind, column: `${kind}_${window}` })));

/**
 * `searches` is the log. `askers` has a row per person and query, with when they last asked it and last in vain, so
 * that a person counts once; `queries` counts askers in each window, and `people` the searches of each.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS searches (
    at INTEGER NOT NULL, n INTEGER NOT NULL, user TEXT NOT NULL, intent TEXT NOT NULL, mode TEXT NOT NULL,
    missed INTEGER NOT NULL, cached INTEGER NOT NULL, took_ms INTEGER NOT NULL,
    PRIMARY KEY (at, n)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS queries (
    id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, found INTEGER NOT NULL DEFAULT 0,
    ${KINDS.map((kind) => `${kind}_at INTEGER NOT NULL DEFAULT 0`).join(", ")},
    ${counters.map((column) => `"${column}" INTEGER NOT NULL DEFAULT 0`).join(", ")}
  ) STRICT;
  ${ranked
    .map(
      ({ column, kind }) =>
        `CREATE INDEX IF NOT EXISTS "queries_by_${column}" ON queries ("${column}" DESC, ${kind}_at DESC) WHERE "${column}" > 0;`,
    )
    .join("\n  ")}
  CREATE TABLE IF NOT EXISTS askers (
    user TEXT NOT NULL, text TEXT NOT NULL, query INTEGER NOT NULL, found INTEGER NOT NULL,
    asked_at INTEGER NOT NULL, missed_at INTEGER,
    PRIMARY KEY (user, text)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS askers_by_asked ON askers (asked_at);
  CREATE INDEX IF NOT EXISTS askers_by_missed ON askers (missed_at) WHERE missed_at IS NOT NULL;
  CREATE INDEX IF NOT EXISTS askers_own_asked ON askers (user, asked_at);
  CREATE INDEX IF NOT EXISTS askers_own_missed ON askers (user, missed_at) WHERE missed_at IS NOT NULL;
  CREATE INDEX IF NOT EXISTS askers_own_found ON askers (user, text) WHERE found = 1;
  CREATE TABLE IF NOT EXISTS people (
    user TEXT PRIMARY KEY, ${WINDOWS.map((window) => `"searches_${window}" INTEGER NOT NULL DEFAULT 0`).join(", ")}
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS completions (
    prefix TEXT NOT NULL, users INTEGER NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (prefix, users DESC, text)
  ) STRICT, WITHOUT ROWID;
`;
