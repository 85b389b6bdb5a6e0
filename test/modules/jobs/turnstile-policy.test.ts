import fc from "fast-check";
import { expect, it } from "vitest";
import { PRIORITIES, type Priority } from "../../../src/modules/jobs/policy.ts";
import { NO_PASSES, nextPriority, SLICES_WITHIN } from "../../../src/modules/jobs/turnstile-policy.ts";

/** Which priorities may go, grant after grant: jobs arrive, are held up and end in any order. */
const arrivals = fc.array(fc.subarray([...PRIORITIES], { minLength: 1 }), { minLength: 1, maxLength: 400 });
/** The same in long stretches, so that one stands aside for long. */
const stretches = fc
  .array(fc.tuple(fc.subarray([...PRIORITIES], { minLength: 1 }), fc.integer({ min: 1, max: 300 })), {
    minLength: 2,
    maxLength: 8,
  })
  .map((parts) => parts.flatMap(([ready, times]) => Array<Priority[]>(times).fill(ready)));

function granted(ready: Priority[][]): Priority[] {
  let passes = NO_PASSES;
  return ready.map((some) => {
    const [next, after] = nextPriority(passes, some) ?? [];
    if (next === undefined || after === undefined) throw new Error("nothing was granted");
    passes = after;
    return next;
  });
}

/** The longest that a priority which might have gone was passed over. */
function longestWait(ready: Priority[][]): number {
  const grants = granted(ready);
  let longest = 0;
  for (const priority of PRIORITIES) {
    let passedOver = 0;
    ready.forEach((some, at) => {
      passedOver = some.includes(priority) && grants[at] !== priority ? passedOver + 1 : 0;
      longest = Math.max(longest, passedOver);
    });
  }
  return longest;
}

it("gives a priority that may go one of the next slices, whatever arrives and whatever stood aside", () => {
  fc.assert(
    fc.property(fc.oneof(arrivals, stretches), (ready) => {
      expect(longestWait(ready)).toBeLessThan(SLICES_WITHIN);
    }),
    { numRuns: 500 },
  );
});

it("saves nothing up for a priority that was held up while it waited", () => {
  const heldUp: Priority[][] = Array(500).fill(["low"]);
  const flood: Priority[][] = Array(40).fill(["critical", "high", "low"]);
  const after = granted([...heldUp, ...flood]).slice(heldUp.length);
  expect(after.indexOf("low")).toBeLessThan(SLICES_WITHIN);
  expect(after.filter((priority) => priority === "low").length).toBeGreaterThanOrEqual(2);
});

it("shares fifteen slices as 8, 4, 2 and 1 while all four wait", () => {
  const grants = granted(Array(150).fill([...PRIORITIES]));
  const shares = PRIORITIES.map((priority) => grants.filter((each) => each === priority).length);
  expect(shares).toEqual([80, 40, 20, 10]);
});

it("grants nothing where nothing may go", () => {
  expect(nextPriority(NO_PASSES, [])).toBeUndefined();
});
