import { vi } from "vitest";
import { Cut, installProbe } from "../../src/platform/faults.ts";
import { testEnv } from "../support/env.ts";
import type { Chance } from "./chance.ts";

/** How often each fault strikes, as a share of what it can strike. */
export const RATES = { kill: 0.03, d1: 0.01, d1_answer: 0.005, r2: 0.02, kv: 0.05 };

/** What has struck so far. */
export type Struck = Record<keyof typeof RATES | "evicted" | "clock_jumps", number>;

const failure = (of: string) => new Error(`chaos: ${of} failed`);
const MAX_SKEW_MS = 3_000;

/**
 * Failing bindings, killed invocations and a jumping clock. The objects share the Worker's bindings and isolate here,
 * so they stand in the same weather.
 */
export class Weather {
  readonly struck: Struck = { kill: 0, d1: 0, d1_answer: 0, r2: 0, kv: 0, evicted: 0, clock_jumps: 0 };
  readonly #chance: Chance;
  #restore: (() => void)[] = [];
  #skew_ms = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  begin(): void {
    installProbe((border) => {
      if (this.#strikes("kill")) throw new Cut(border);
    }, "every");
    this.#breakDatabase();
    for (const method of ["get", "put", "head", "delete"] as const)
      this.#breakMethod(testEnv.FILES, method, "r2");
    for (const method of ["get", "put"] as const) this.#breakMethod(testEnv.RATE_LIMITS, method, "kv");
    const now = Date.now.bind(Date);
    const clock = vi.spyOn(Date, "now").mockImplementation(() => now() + this.#skew_ms);
    this.#restore.push(() => clock.mockRestore());
  }

  end(): void {
    installProbe(undefined);
    for (const restore of this.#restore) restore();
    this.#restore = [];
  }

  /** Sets the clock forward or back, as a host does that was wrong. */
  jump(): void {
    this.#skew_ms = this.#chance.below(2 * MAX_SKEW_MS + 1) - MAX_SKEW_MS;
    this.struck.clock_jumps += 1;
  }

  #strikes(fault: keyof typeof RATES): boolean {
    if (!this.#chance.hits(RATES[fault])) return false;
    this.struck[fault] += 1;
    return true;
  }

  #breakMethod<T extends object, K extends keyof T & string>(target: T, method: K, fault: "r2" | "kv"): void {
    const real: unknown = target[method];
    if (typeof real !== "function") throw new Error(`${method} is no method`);
    Reflect.set(target, method, async (...args: unknown[]) => {
      if (this.#strikes(fault)) throw failure(fault);
      return await Reflect.apply(real, target, args);
    });
    this.#restore.push(() => Reflect.set(target, method, real));
  }

  /** A query fails before it was run, or after: then it has changed rows and nobody hears of it. */
  async #queried<T>(run: () => Promise<T>): Promise<T> {
    if (this.#strikes("d1")) throw failure("d1");
    const answer = await run();
    if (this.#strikes("d1_answer")) throw failure("d1's answer");
    return answer;
  }

  #breakDatabase(): void {
    const { DB } = testEnv;
    const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
    const broken = (statement: D1PreparedStatement): D1PreparedStatement => {
      const proxy = new Proxy(statement, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== "function") return value;
          if (name === "bind") return (...args: unknown[]) => broken(target.bind(...args));
          return (...args: unknown[]) => this.#queried(async () => await Reflect.apply(value, target, args));
        },
      });
      originals.set(proxy, statement);
      return proxy;
    };
    const [prepare, batch] = [DB.prepare.bind(DB), DB.batch.bind(DB)];
    Reflect.set(DB, "prepare", (sql: string) => broken(prepare(sql)));
    Reflect.set(DB, "batch", (statements: D1PreparedStatement[]) =>
      this.#queried(async () => await batch(statements.map((one) => originals.get(one) ?? one))),
    );
    this.#restore.push(() => {
      Reflect.deleteProperty(DB, "prepare");
      Reflect.deleteProperty(DB, "batch");
    });
  }
}
