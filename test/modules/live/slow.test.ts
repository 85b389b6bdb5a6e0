import { runInDurableObject } from "cloudflare:test";
import { beforeAll, expect, it } from "vitest";
import { MAX_UNCONFIRMED, MAX_UNHEARD } from "../../../src/modules/live/policy.ts";
import type { SocketState } from "../../../src/modules/live/sockets.ts";
import { type Account, newAccount } from "../../support/desk.ts";
import { evict, listenTo, newStory, numbers, type Story, upTo, watchObject } from "../../support/live.ts";
import type { Frame } from "../../support/watch.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

const ack = (seq: number) => JSON.stringify({ type: "ack", seq });

/** Makes the room's only socket one whose client was sent `frames` of them and has said nothing since. */
async function pretendSent({ stub }: Story, frames: number, confirms: boolean): Promise<void> {
  await runInDurableObject(stub, (_, ctx) => {
    for (const socket of ctx.getWebSockets()) {
      const state: SocketState = socket.deserializeAttachment();
      const from = state.window.from - frames;
      socket.serializeAttachment({ ...state, window: { ...state.window, confirms, from } });
    }
  });
  await evict(stub);
}

function framesOf(text: string): Frame[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ""));
}

it("stops feeding an SSE reader that does not read, and gives it one snapshot when it reads again", async () => {
  const story = await newStory(account);
  const answer = await watchObject(story.stub, { socket: false });
  await story.tell(600);
  const reader = (answer.body ?? new Blob([]).stream()).pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes('"seq":601,')) text += (await reader.read()).value;
  await story.tell(2);
  await story.finish();
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  const frames = framesOf(text);
  const snapshots = frames.filter(({ type }) => type === "snapshot");
  expect(snapshots).toMatchObject([{ seq: 1 }, { seq: 601 }]);
  const at = frames.findLastIndex(({ type }) => type === "snapshot");
  expect(numbers(frames.slice(0, at))).toEqual(upTo(at));
  expect(numbers(frames.slice(at))).toEqual(upTo(604, 601));
  expect(at).toBeLessThan(400);
});

it("feeds an SSE reader that is a little late from the rows, without a snapshot", async () => {
  const story = await newStory(account);
  const answer = await watchObject(story.stub, { socket: false });
  await story.tell(150);
  await story.finish();
  const frames = framesOf(await answer.text());
  expect(frames.filter(({ type }) => type === "snapshot")).toHaveLength(1);
  expect(numbers(frames)).toEqual(upTo(152));
});

it("holds back from a client that confirms and falls behind, and sends one snapshot once it has read on", async () => {
  const story = await newStory(account);
  const heard = await listenTo(story.stub);
  await pretendSent(story, MAX_UNCONFIRMED - 2, true);
  await story.tell(5);
  heard.socket.send(ack(3));
  await expect.poll(() => heard.frames.at(-1)).toMatchObject({ type: "snapshot", seq: 6 });
  expect(numbers(heard.frames)).toEqual([1, 2, 3, 6]);
  await evict(story.stub);
  await story.finish();
  expect(await heard.closed).toBe(1000);
  expect(numbers(heard.frames)).toEqual([1, 2, 3, 6, 7]);
});

it("lets a client that keeps confirming have every event, however many there are", async () => {
  const story = await newStory(account);
  const heard = await listenTo(story.stub);
  await pretendSent(story, MAX_UNCONFIRMED - 3, true);
  for (let seq = 2; seq < 8; seq += 1) {
    await story.tell(1);
    heard.socket.send(ack(seq));
    heard.socket.send('{"type": "ping"}');
    await expect.poll(() => heard.texts.filter((text) => text.includes("pong")).length).toBe(seq - 1);
  }
  await story.finish();
  expect(await heard.closed).toBe(1000);
  expect(numbers(heard.frames)).toEqual(upTo(8));
});

it("sends a client that never confirms away after so many frames; it comes back and misses nothing", async () => {
  const story = await newStory(account);
  const heard = await listenTo(story.stub);
  await pretendSent(story, MAX_UNHEARD - 2, false);
  await story.tell(5);
  expect(await heard.closed).toBe(1013);
  expect(numbers(heard.frames)).toEqual([1, 2, 3]);
  const again = await listenTo(story.stub, { after: 3 });
  await story.finish();
  expect(await again.closed).toBe(1000);
  expect(numbers(again.frames)).toEqual(upTo(7, 4));
});
