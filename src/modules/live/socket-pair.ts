import type { CLOSE } from "./policy.ts";

export function socketPair(): { client: WebSocket; server: WebSocket } {
  const [client, server] = Object.values(new WebSocketPair());
  if (client === undefined || server === undefined) throw new Error("WebSocketPair gave no pair");
  return { client, server };
}

export function socketAnswer(client: WebSocket, protocol: string | undefined): Response {
  const headers = protocol === undefined ? {} : { "sec-websocket-protocol": protocol };
  return new Response(null, { status: 101, webSocket: client, headers });
}

/** A browser sees no status of a failed upgrade, so a refusal opens the socket and closes it with a code. */
export function closedSocket(
  code: (typeof CLOSE)[keyof typeof CLOSE],
  reason: string,
  protocol: string | undefined,
): Response {
  const { client, server } = socketPair();
  server.accept();
  server.close(code, reason.slice(0, 120));
  return socketAnswer(client, protocol);
}
