import fc from "fast-check";
import { expect, it } from "vitest";
import { parseClientMessage } from "../../../src/modules/live/client-message.ts";
import {
  confirm,
  flowOf,
  MAX_UNCONFIRMED,
  MAX_UNHEARD,
  type Window,
} from "../../../src/modules/live/policy.ts";

type Step = { tell: number } | { read: number } | { ack: true };

/** A socket and its client as they are in life: what was sent waits in order until it is read. */
function run(steps: Step[]) {
  let window: Window = { from: 0, confirms: false, held: null };
  let latest = 0;
  let seen = 0;
  let most = 0;
  const onTheWay: { seq: number; snapshot: boolean }[] = [];
  const send = (frame: { seq: number; snapshot: boolean }) => {
    onTheWay.push(frame);
    most = Math.max(most, onTheWay.length);
  };
  for (const step of steps) {
    if ("tell" in step) {
      for (let n = 0; n < step.tell; n += 1) {
        latest += 1;
        const flow = flowOf(window, latest);
        if (flow === "send") send({ seq: latest, snapshot: false });
        else if (flow === "dismiss") return { most, dismissed: true, window };
        else window = { ...window, held: window.held ?? latest - 1 };
      }
    } else if ("read" in step) {
      for (const { seq, snapshot } of onTheWay.splice(0, step.read)) {
        if (snapshot ? seq < seen : seq !== seen + 1) throw new Error(`${seq} after ${seen}`);
        seen = seq;
      }
    } else {
      const next = confirm(window, seen, latest);
      window = next.window;
      if (next.catches_up) send({ seq: latest, snapshot: true });
    }
  }
  return { most, dismissed: false, window, seen, latest, waiting: onTheWay.length };
}

const steps = fc.array(
  fc.oneof(
    fc.record({ tell: fc.integer({ min: 1, max: 700 }) }),
    fc.record({ read: fc.integer({ min: 1, max: 900 }) }),
    fc.constant<Step>({ ack: true }),
  ),
  { maxLength: 120 },
);

it("keeps what waits for a client that confirms within its window, whatever it reads, without a hole", () => {
  fc.assert(
    fc.property(steps, (some) => {
      const { dismissed, most } = run([{ ack: true }, ...some]);
      expect(dismissed).toBe(false);
      expect(most).toBeLessThanOrEqual(MAX_UNCONFIRMED + 1);
    }),
    { numRuns: 300 },
  );
});

it("brings every client that reads and confirms to the latest number", () => {
  fc.assert(
    fc.property(steps, (some) => {
      const all: Step = { read: 10_000 };
      const rest: Step[] = [all, { ack: true }, all, { ack: true }, { tell: 1 }, all];
      const { latest, seen } = run([{ ack: true }, ...some, ...rest]);
      expect(seen).toBe(latest);
    }),
    { numRuns: 300 },
  );
});

it("sends a silent client so many frames and no more", () => {
  expect(run([{ tell: MAX_UNHEARD }])).toMatchObject({ most: MAX_UNHEARD, dismissed: false });
  expect(run([{ tell: MAX_UNHEARD + 1 }])).toMatchObject({ most: MAX_UNHEARD, dismissed: true });
});

it("believes no confirmation of what was never sent", () => {
  const window = { from: 3, confirms: false, held: null };
  expect(confirm(window, 11, 10)).toEqual({ window, catches_up: false });
});

it("understands no message that is not one", () => {
  const job_id = "job_019a3b5c7d8e7f00a1b2c3d4e5f60718";
  for (const text of ["", "{", "null", "[]", '{"type":"ack"}', '{"type":"ack","seq":-1}', '{"type":"x"}']) {
    expect(parseClientMessage(text), text).toBeUndefined();
  }
  expect(parseClientMessage(JSON.stringify({ type: "subscribe", job_id, more: 1 }))).toBeUndefined();
  expect(parseClientMessage(`{"type":"ping"${" ".repeat(2_000)}}`)).toBeUndefined();
  expect(parseClientMessage(new ArrayBuffer(4))).toBeUndefined();
  const message = { type: "subscribe", job_id, after: 3 };
  expect(parseClientMessage(JSON.stringify(message))).toEqual(message);
});
