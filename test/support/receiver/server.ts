import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { answerAsAlpaca } from "./alpaca.ts";

/** A call as the server took it. */
export interface ReceivedCall {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface Receiver {
  url: string;
  /** The `host:port`s under which it may be called, and one where nobody listens. */
  places: string[];
  /** `GET /?box=…`: the calls to paths of this box, as JSON. */
  answer(request: Request): Response;
}

const HOST = "127.0.0.1";
const KEPT = 5_000;
/** More than any client should read of an answer, and little enough to send where one does. */
const HUGE_BYTES = 8 * 1024 * 1024;

type Act = (response: ServerResponse, argument: string, calls_before: number) => void;

/** What the server does, by the path: `/<box>/<act>/<argument>`. */
const ACTS: Record<string, Act> = {
  status: (response, status) => response.writeHead(Number(status)).end(`answered ${status}`),
  fails: (response, times, before) => response.writeHead(before < Number(times) ? 503 : 204).end(),
  later: (response, seconds) => response.writeHead(429, { "retry-after": seconds }).end(),
  moved: (response, status) =>
    response
      .writeHead(Number(status), { location: `http://${response.req.headers.host}/moved/status/200` })
      .end(),
  silent: () => {},
  dripping: (response) => void response.writeHead(200).write("a"),
  cut: (response) => response.destroy(),
  /** What the address itself holds: `says?type=text/csv&body=…`. */
  says: (response) => {
    const asked = new URL(response.req.url ?? "", `http://${HOST}`).searchParams;
    response.writeHead(200, { "content-type": asked.get("type") ?? "application/json" });
    response.end(asked.get("body"));
  },
  /** Alpaca's data API has its version there. */
  v2: answerAsAlpaca,
  huge: (response) => void response.writeHead(200).end(Buffer.alloc(HUGE_BYTES, "x")),
  /** A resolver that answers `v4-10-0-0-1.…` and `v6-fd00--1.…` with the addresses in the name, several if there are. */
  dns: (response) => {
    const asked = new URL(response.req.url ?? "", `http://${HOST}`).searchParams;
    const [kind, type, sign] = asked.get("type") === "A" ? ["v4", 1, "."] : ["v6", 28, ":"];
    const labels = asked.get("name")?.split(".") ?? [];
    const found = labels.filter((label) => label.startsWith(`${kind}-`));
    const Answer = found.map((label) => ({ type, data: label.slice(3).replaceAll("-", String(sign)) }));
    // What stands in front of an address is the name's alias, which is none.
    const alias = { type: 5, data: "alias.example." };
    response.writeHead(200, { "content-type": "application/dns-json" });
    response.end(JSON.stringify({ Status: 0, Answer: [alias, ...Answer] }));
  },
};

/** A real HTTP server on a loopback port that the system chooses; it ends with the process. */
export async function openReceiver(): Promise<Receiver> {
  const received: ReceivedCall[] = [];
  const ofBox = (box: string) => received.filter(({ path }) => path.startsWith(`/${box}/`));
  const server = createServer(async (request, response) => {
    const call = await receivedCall(request);
    const [box = "", act = "", argument = ""] = call.path.replace(/\?.*$/, "").split("/").slice(1);
    const before = ofBox(box).length;
    received.push(call);
    if (received.length > KEPT) received.shift();
    response.setHeader("connection", "close");
    (ACTS[act] ?? ((one: ServerResponse) => one.writeHead(404).end()))(response, argument, before);
  });
  server.on("clientError", (_, socket) => socket.destroy());
  server.on("connection", (socket) => socket.unref());
  const port = await listen(server);
  const down = createServer();
  const down_port = await listen(down);
  await new Promise((resolve) => down.close(resolve));
  return {
    url: `http://${HOST}:${port}`,
    places: [`${HOST}:${port}`, `${HOST}:${down_port}`],
    answer: (request) => Response.json(ofBox(new URL(request.url).searchParams.get("box") ?? "")),
  };
}

async function receivedCall(request: IncomingMessage): Promise<ReceivedCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.entries(request.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: Object.fromEntries(headers),
    body: Buffer.concat(chunks).toString("utf8"),
  };
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the HTTP server has no port");
  return address.port;
}
