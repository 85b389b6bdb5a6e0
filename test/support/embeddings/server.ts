import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { RemoteProxyConnectionString } from "miniflare";
import { ModelRefusal, runModel } from "./text-model.ts";
import { VectorizeRefusal, VectorStore } from "./vector-store.ts";

export interface EmbeddingServices {
  /** What Miniflare has to connect the bindings to; they speak to it as they do to Cloudflare. */
  url: RemoteProxyConnectionString;
  /** `GET /?namespace=…`: the ids that the index of `VECTORIZE` has there, as JSON. */
  answer(request: Request): Response;
}

const HOST = "127.0.0.1";
const BRAND: RemoteProxyConnectionString["__brand"] = "RemoteProxyConnectionString";

/** Words that make the model fail, or never answer. */
const DOWN = "modeldown";
const SILENT = "modelsilent";

/** Workers AI and two indexes of Vectorize on a loopback port that the system chooses; it ends with the process. */
export async function openEmbeddingServices(): Promise<EmbeddingServices> {
  const main = new VectorStore(1_024);
  const stores: Record<string, VectorStore> = { VECTORIZE: main, VECTORIZE_SMALL: new VectorStore(384) };
  const server = createServer(async (request, response) => {
    response.setHeader("connection", "close");
    const body = await bodyOf(request);
    const store = stores[headerOf(request, "mf-binding")];
    try {
      if (store === undefined)
        answerAsModel(response, headerOf(request, "mf-header-cf-consn-model-id"), body);
      else
        sendJson(response, 200, store.answer(new URL(headerOf(request, "mf-url")).pathname.slice(1), body));
    } catch (error) {
      sendJson(response, 400, refusalOf(error));
    }
  });
  server.on("connection", (socket) => socket.unref());
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  server.unref();
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: Object.assign(new URL(`http://${HOST}:${address.port}`), { __brand: BRAND }),
    answer: (request) => Response.json(main.idsIn(new URL(request.url).searchParams.get("namespace") ?? "")),
  };
}

function answerAsModel(response: ServerResponse, model: string, body: string): void {
  const { answer, texts } = runModel(model, body);
  if (texts.some((text) => text.includes(SILENT))) return;
  if (texts.some((text) => text.includes(DOWN)))
    throw new ModelRefusal(3040, "Capacity temporarily exceeded");
  sendJson(response, 200, answer);
}

function refusalOf(error: unknown): object {
  if (error instanceof ModelRefusal)
    return { internalCode: error.code, name: "AiError", description: error.message };
  return { code: error instanceof VectorizeRefusal ? error.code : 40_000, error: String(error) };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

const headerOf = ({ headers }: IncomingMessage, name: string) => String(headers[name] ?? "");

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
