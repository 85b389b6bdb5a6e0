import { consoleLog } from "../../src/platform/log.ts";
import { openPlatform, type Platform } from "../../src/platform/platform.ts";
import { testEnv } from "./env.ts";

/** A platform outside any request; what it defers, the caller may await. */
export function testPlatform(): Platform & { deferred: Promise<unknown>[] } {
  const deferred: Promise<unknown>[] = [];
  return { ...openPlatform(testEnv, (work) => deferred.push(work), consoleLog()), deferred };
}
