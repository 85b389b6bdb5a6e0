import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { type Account, call, newAccount } from "../../support/desk.ts";
import { evict, listenTo, newStory, numbers, type Story, upTo, watchObject } from "../../support/live.ts";
import { type Frame, type Watcher, watchByEvents, watchBySocket } from "../../support/watch.ts";

let account: Account;
beforeAll(async () => {
  account = await newAccount();
});

const TRANSPORTS = { socket: watchBySocket, sse: watchByEvents };
type Transport = keyof typeof TRANSPORTS;

/** A client that keeps its last number over every change of transport, and refuses a hole or a repeat. */
class Client {
  last: number | undefined;
  readonly #job: string;
  #watcher: Watcher | undefined;

  constructor(job: string) {
    this.#job = job;
  }

  /** Comes back with its last number; a former connection is left open for a while where told so. */
  async connect(transport: Transport, { twice = false } = {}): Promise<void> {
    const former = this.#watcher;
    if (!twice) await former?.close();
    this.#watcher = await TRANSPORTS[transport](account.access_token, this.#job, this.last);
    if (twice) await former?.close();
  }

  /** A stream that is open keeps its object in memory, so an eviction finds sockets only. */
  async surviveEviction(story: Story): Promise<void> {
    await this.connect("socket");
    await evict(story.stub);
  }

  async poll(): Promise<void> {
    const job = await (await call(`/v1/jobs/${this.#job}`, { token: account.access_token })).json<{
      seq: number;
    }>();
    if (this.last === undefined || job.seq > this.last) this.last = job.seq;
  }

  /** Reads until it has seen a number. */
  async readTo(seq: number): Promise<void> {
    while ((this.last ?? -1) < seq) {
      const frame = await this.#watcher?.next();
      if (frame === undefined) throw new Error(`ended at ${this.last} of ${seq}`);
      this.take(frame);
    }
  }

  take({ seq = -1, type }: Frame): void {
    const fits = type === "snapshot" ? seq >= (this.last ?? 0) : seq === (this.last ?? 0) + 1;
    if (!fits) throw new Error(`${type} ${seq} after ${this.last}`);
    this.last = seq;
  }

  async end(): Promise<void> {
    expect(await this.#watcher?.next()).toBeUndefined();
    await this.#watcher?.close();
  }
}

const transport = fc.constantFrom<Transport>("socket", "sse");
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("tell" as const), events: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("connect" as const), transport, twice: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("read" as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("evict" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("poll" as const), transport }) },
);

async function act(
  story: Story,
  client: Client,
  told: number,
  what: typeof step extends fc.Arbitrary<infer S> ? S : never,
) {
  if (what.kind === "tell") {
    await story.tell(what.events);
    return told + what.events;
  }
  if (what.kind === "connect") await client.connect(what.transport, what);
  else if (what.kind === "evict") await client.surviveEviction(story);
  else if (what.kind === "poll") {
    await client.poll();
    await client.connect(what.transport);
  } else await client.readTo(Math.round((client.last ?? 0) + (told - (client.last ?? 0)) * what.share));
  return told;
}

it("tells every event once, whatever the client changes between, repeats or reads late", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), transport, async (steps, first) => {
      const story = await newStory(account);
      try {
        const client = new Client(story.job);
        await client.connect(first);
        let told = 1;
        for (const what of steps) told = await act(story, client, told, what);
        await story.finish();
        await client.readTo(told + 1);
        await client.end();
      } finally {
        story.release();
      }
    }),
    { numRuns: 8 },
  );
});

it("resumes by socket and by SSE from every number there is", async () => {
  const story = await newStory(account);
  await story.tell(8);
  await story.finish();
  for (const after of upTo(10, 0)) {
    const bySocket = await listenTo(story.stub, { after });
    expect(await bySocket.closed).toBe(1000);
    expect(numbers(bySocket.frames)).toEqual(upTo(10, after + 1));
    const answer = await watchObject(story.stub, { after, socket: false });
    const ids = [...(await answer.text()).matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toEqual(upTo(10, after + 1));
    expect(answer.status).toBe(after === 10 ? 204 : 200);
  }
});

it("goes on over an eviction in the middle, without hole or repeat", async () => {
  const story = await newStory(account);
  const heard = await listenTo(story.stub);
  await story.tell(3);
  await evict(story.stub);
  await story.tell(3);
  await evict(story.stub);
  await story.finish();
  expect(await heard.closed).toBe(1000);
  expect(heard.frames[0]).toMatchObject({ type: "snapshot", seq: 1 });
  expect(numbers(heard.frames)).toEqual(upTo(8));
});

it("gives a snapshot to whoever comes from before the thousand events that are kept", async () => {
  const story = await newStory(account);
  await story.tell(1_010);
  for (const socket of [true, false]) {
    const answer = await watchObject(story.stub, { after: 5, socket });
    const first = socket ? await firstOf(answer) : await firstEvent(answer);
    expect(first).toMatchObject({ type: "snapshot", seq: 1_011 });
  }
  const heard = await listenTo(story.stub, { after: 11 });
  await story.finish();
  expect(await heard.closed).toBe(1000);
  expect(numbers(heard.frames)).toEqual(upTo(1_012, 12));
});

it("tells a thousand sockets of one room all that happens", async () => {
  const story = await newStory(account);
  const all = await Promise.all(Array.from({ length: 1_000 }, () => listenTo(story.stub)));
  await story.tell(10);
  await story.finish();
  await Promise.all(all.map(({ closed }) => closed));
  for (const { code, frames } of all) {
    expect(code).toBe(1000);
    expect(numbers(frames)).toEqual(upTo(12));
  }
});

async function firstOf({ webSocket }: Response): Promise<Frame> {
  if (!webSocket) throw new Error("no socket");
  const first = new Promise<Frame>((resolve) =>
    webSocket.addEventListener("message", ({ data }) => resolve(JSON.parse(String(data)))),
  );
  webSocket.accept();
  const frame = await first;
  webSocket.close();
  return frame;
}

async function firstEvent({ body }: Response): Promise<Frame> {
  const reader = (body ?? new Blob([]).stream()).pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ; ) {
    const data = /^data: (.*)$/m.exec(text)?.[1];
    if (data !== undefined && text.includes("\n\n")) {
      await reader.cancel();
      return JSON.parse(data);
    }
    const { done, value } = await reader.read();
    if (done) throw new Error("no event");
    text += value;
  }
}
