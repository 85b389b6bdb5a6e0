import type { Log } from "../platform/log.ts";

/** The text as a stream that asks for the next piece only when the one before has been taken. */
export function textStream(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await text.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      async cancel() {
        await text.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The same things; that they broke off is logged, since the answer has begun and can't tell it. */
export async function* loggedFailure<T>(log: Log, things: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* things;
  } catch (error) {
    log.error("an export broke off", { error });
    throw error;
  }
}
