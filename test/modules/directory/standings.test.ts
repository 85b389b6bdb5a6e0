import { describe, expect, it } from "vitest";
import { announceStanding } from "../../../src/modules/directory/standing-store.ts";
import { Standings } from "../../../src/modules/directory/standings.ts";
import { noCost } from "../../../src/platform/cost.ts";
import { openDatabase, runBatch } from "../../../src/platform/database.ts";
import { testEnv } from "../../support/env.ts";
import { testPlatform } from "../../support/platform.ts";

interface Asked {
  subjects?: string[];
  ends_at?: number;
  /** What happens while the caller is looked up. */
  meanwhile?: () => Promise<unknown>;
}

type Around = <T>(run: () => Promise<T>) => Promise<T>;

/** Standings in an isolate of its own over the real feed: a clock by hand, queries counted and held up at will. */
function newIsolate() {
  const isolate = { around: (async (run) => await run()) as Around };
  const clock = { at: Date.now(), now: () => clock.at };
  const [cost, deferred] = [noCost(), [] as Promise<unknown>[]];
  const db = openDatabase(
    heldD1((run) => isolate.around(run)),
    cost,
  );
  const defer = (work: Promise<unknown>) => void deferred.push(work.catch(() => undefined));
  const standings = new Standings<number>();
  let loads = 0;
  return Object.assign(isolate, {
    clock,
    standings,
    queries: () => cost.d1_queries,
    loads: () => loads,
    settled: async () => void (await Promise.all(deferred)),
    /** Which of all look-ups the answer is from. */
    get: async (credential: string, { ends_at, meanwhile, subjects = [credential] }: Asked = {}) =>
      await standings.get({ clock, db, defer }, credential, async () => {
        loads += 1;
        const value = loads;
        await meanwhile?.();
        return { value, subjects, ends_at: ends_at ?? Number.POSITIVE_INFINITY };
      }),
  });
}

function heldD1(around: Around): D1Database {
  const held = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        if (name === "bind") return (...values: unknown[]) => held(target.bind(...values));
        if (name === "all") return () => around(() => target.all());
        return Reflect.get(target, name, target);
      },
    });
  return new Proxy(testEnv.DB, {
    get: (target, name) =>
      name === "prepare" ? (sql: string) => held(target.prepare(sql)) : Reflect.get(target, name, target),
  });
}

/** A promise and what ends it. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const newSubject = () => `usr_${crypto.randomUUID()}`;

/** The real announcement, as every change's batch carries it. */
async function announce(...subjects: string[]): Promise<void> {
  const { db } = testPlatform();
  await runBatch(db, announceStanding(db, subjects, Date.now()));
}

/** So many changes of others, and then one of this subject. */
async function announceMany(count: number, last = newSubject()): Promise<void> {
  await testEnv.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO standing_changes (subject, at) SELECT 'usr_other' || i, 0 FROM n`,
  )
    .bind(count)
    .run();
  await announce(last);
}

describe("what an isolate knows of a caller", () => {
  it("was asked for once, and costs no query while it is warm", async () => {
    const [isolate, subject] = [newIsolate(), newSubject()];
    expect(await isolate.get(subject)).toBe(1);
    const before = isolate.queries();
    for (let n = 0; n < 9; n += 1) {
      isolate.clock.at += 100;
      expect(await isolate.get(subject)).toBe(1);
    }
    expect(isolate.queries() - before).toBe(0);
  });

  it("is held against the feed once a second at most, however many ask", async () => {
    const [isolate, subject] = [newIsolate(), newSubject()];
    await isolate.get(subject);
    const before = isolate.queries();
    for (let tenth = 0; tenth < 200; tenth += 1) {
      isolate.clock.at += 100;
      await Promise.all([1, 2, 3].map(() => isolate.get(subject)));
      await isolate.settled();
    }
    expect(isolate.queries() - before).toBe(20);
    expect(isolate.loads()).toBe(1);
  });

  it("is looked up anew after a change of any of its subjects, and of nobody else", async () => {
    const isolate = newIsolate();
    const subjects = [newSubject(), newSubject(), newSubject()];
    const get = async () => {
      isolate.clock.at += 2_000;
      return await isolate.get("token", { subjects });
    };
    expect(await get()).toBe(1);
    for (const [at, subject] of subjects.entries()) {
      await announce(newSubject(), subject);
      expect(await get()).toBe(at + 2);
      await announce(newSubject());
      expect(await get()).toBe(at + 2);
    }
  });

  it.each([0, 400, 999, 1_000, 1_499])(
    "gives way to a change %i ms after the last look at the feed within two seconds, however often it is asked for",
    async (phase_ms) => {
      const [isolate, subject] = [newIsolate(), newSubject()];
      await isolate.get(subject);
      isolate.clock.at += phase_ms;
      await isolate.get(subject);
      await isolate.settled();
      await announce(subject);
      for (let waited_ms = 0; waited_ms < 2_000; waited_ms += 100) {
        await isolate.get(subject);
        await isolate.settled();
        isolate.clock.at += 100;
      }
      expect(await isolate.get(subject)).toBe(2);
    },
  );

  it("is heard of at the next call where the change was made here", async () => {
    const [isolate, subject] = [newIsolate(), newSubject()];
    await isolate.get(subject);
    await announce(subject);
    isolate.standings.distrust();
    expect(await isolate.get(subject)).toBe(2);
  });

  it("lasts half a minute at most, and no longer than the credential itself", async () => {
    const [isolate, long, short] = [newIsolate(), newSubject(), newSubject()];
    const ends_at = isolate.clock.at + 5_000;
    expect([await isolate.get(long), await isolate.get(short, { ends_at })]).toEqual([1, 2]);
    isolate.clock.at += 4_999;
    expect([await isolate.get(long), await isolate.get(short, { ends_at })]).toEqual([1, 2]);
    isolate.clock.at += 1;
    expect(await isolate.get(short, { ends_at }), "a credential that has ended opens nothing").toBe(
      undefined,
    );
    isolate.clock.at += 24_999;
    expect(await isolate.get(long)).toBe(1);
    isolate.clock.at += 1;
    expect(await isolate.get(long)).toBe(4);
  });

  it("is not that a credential was nobody's: the next call asks again", async () => {
    const isolate = newIsolate();
    const { clock, standings } = isolate;
    const platform = { clock, db: testPlatform().db, defer: () => {} };
    expect(await standings.get(platform, "token", async () => undefined)).toBe(undefined);
    expect(await isolate.get("token")).toBe(1);
  });

  it("is of 5,000 callers at most, the oldest going first", async () => {
    const isolate = newIsolate();
    for (let n = 0; n < 5_000; n += 1) await isolate.get(`token-${n}`);
    expect(await isolate.get("token-0"), "as many are kept").toBe(1);
    expect(await isolate.get("one more")).toBe(5_001);
    expect(await isolate.get("token-4999")).toBe(5_000);
    expect(await isolate.get("token-0")).toBe(5_002);
  });
});

describe("a look-up that races a change", () => {
  it("is never kept, whether the feed told of the change meanwhile or tells later", async () => {
    for (const told of [false, true]) {
      const [isolate, subject] = [newIsolate(), newSubject()];
      await isolate.get(newSubject());
      const meanwhile = async () => {
        await announce(subject);
        isolate.clock.at += told ? 2_000 : 0;
        if (told) await isolate.get(newSubject());
      };
      const first = await isolate.get(subject, { meanwhile });
      isolate.clock.at += told ? 0 : 2_000;
      expect(await isolate.get(subject), `told meanwhile: ${told}`).not.toBe(first);
    }
  });

  it("is not kept either where another call's first look at the feed ends only after the change", async () => {
    const [isolate, subject] = [newIsolate(), newSubject()];
    const late = gate();
    let queries = 0;
    isolate.around = async (run) => {
      queries += 1;
      if (queries === 2) await late.opened;
      return await run();
    };
    const [first, second] = [isolate.get(subject), isolate.get(newSubject())];
    expect(await first).toBe(1);
    await announce(subject);
    late.open();
    await second;
    isolate.clock.at += 2_000;
    expect(await isolate.get(subject)).toBe(3);
  });

  it("does not outlive a change made here while the feed was being read", async () => {
    const [isolate, subject] = [newIsolate(), newSubject()];
    await isolate.get(subject);
    const late = gate();
    isolate.around = async (run) => {
      const read = await run();
      await late.opened;
      return read;
    };
    isolate.clock.at += 1_000;
    expect(await isolate.get(subject)).toBe(1);
    isolate.around = async (run) => await run();
    // The read of the feed has seen nothing of this, and is still on its way back.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await announce(subject);
    isolate.standings.distrust();
    late.open();
    await isolate.settled();
    expect(await isolate.get(subject)).toBe(2);
  });
});

describe("the feed of changes", () => {
  it("is read at once where the clock has jumped back", async () => {
    const [isolate, subject] = [newIsolate(), newSubject()];
    await isolate.get(subject);
    await announce(subject);
    isolate.clock.at -= 3_600_000;
    expect(await isolate.get(subject)).toBe(2);
  });

  it.each([499, 500, 1_200])(
    "is read to its end, with %i changes before the one that counts",
    async (count) => {
      const [isolate, subject, other] = [newIsolate(), newSubject(), newSubject()];
      expect([await isolate.get(subject), await isolate.get(other)]).toEqual([1, 2]);
      await announceMany(count, subject);
      isolate.clock.at += 2_000;
      expect([await isolate.get(subject), await isolate.get(other)]).toEqual([3, 2]);
    },
  );

  it("makes all forgotten where more has changed than is kept, also what was being looked up", async () => {
    const [isolate, known, racing] = [newIsolate(), newSubject(), newSubject()];
    expect(await isolate.get(known)).toBe(1);
    await announceMany(5_500);
    const meanwhile = async () => {
      isolate.clock.at += 2_000;
      await isolate.get(newSubject());
    };
    expect(await isolate.get(racing, { meanwhile })).toBe(2);
    expect([await isolate.get(known), await isolate.get(racing)]).toEqual([4, 5]);
    expect([await isolate.get(known), await isolate.get(racing)], "and kept from then on").toEqual([4, 5]);
  });

  it("that can't be read lets nobody in by what is known", async () => {
    const [isolate, subject] = [newIsolate(), newSubject()];
    await isolate.get(subject);
    isolate.around = async () => await Promise.reject(new Error("D1 is away"));
    isolate.clock.at += 1_000;
    expect(await isolate.get(subject)).toBe(1);
    await isolate.settled();
    isolate.clock.at += 500;
    await expect(isolate.get(subject)).rejects.toThrow();
    isolate.around = async (run) => await run();
    expect(await isolate.get(subject)).toBe(1);
  });
});
