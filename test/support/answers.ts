/** What differs between two answers to the same question at different times. */
const BY_TIME = new Set([
  "request-id",
  "server-timing",
  "ratelimit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
]);

/** All that an answer tells: status, headers and body, without what names the request or the moment. */
export async function whatItTells(answer: Response, also: string[] = []) {
  const headers = [...answer.headers].filter(([name]) => !BY_TIME.has(name) && !also.includes(name));
  const { instance, request_id, ...body } = JSON.parse((await answer.text()) || "{}");
  return { status: answer.status, headers: Object.fromEntries(headers), body };
}

export interface ProblemBody {
  code: string;
  status: number;
  detail: string;
  request_id: string;
  errors?: { path: string; code: string; message: string }[];
}

export async function problemOf(answer: Response): Promise<ProblemBody> {
  const type = answer.headers.get("content-type");
  if (type !== "application/problem+json") throw new Error(`no problem but ${type}, status ${answer.status}`);
  return await answer.json<ProblemBody>();
}

/** How the server closes a socket that was not accepted yet. */
export async function closeOf(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason })),
  );
  socket.accept();
  const how = await closed;
  socket.close();
  return how;
}

/** How a socket that was not accepted yet turns out: the code it is closed with, or open at its first frame. */
export async function outcomeOf(socket: WebSocket): Promise<number | "open"> {
  const outcome = new Promise<number | "open">((resolve) => {
    socket.addEventListener("close", ({ code }) => resolve(code));
    socket.addEventListener("message", () => resolve("open"));
  });
  socket.accept();
  const how = await outcome;
  socket.close();
  return how;
}
