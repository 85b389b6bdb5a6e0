import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";
import { localhostCertificate } from "./certificate.ts";

/** A mail as a server took it, and how it came. */
export interface ReceivedMail {
  from: string;
  to: string[];
  user: string | undefined;
  encrypted: boolean;
  raw: string;
}

/** Without TLS, with STARTTLS, with TLS from the start; one whose certificate nobody vouches for, and one that is down. */
export type SmtpUrls = Record<"plain" | "starttls" | "tls" | "stranger" | "down", string>;

export interface Mailbox {
  /** The servers' addresses with credentials. */
  urls: SmtpUrls;
  /** `GET /?to=…`: what was taken for this address, as JSON. */
  answer(request: Request): Response;
}

const HOST = "127.0.0.1";
const KEPT = 5_000;
const SLOW_MS = 600;

/** Servers act by whom a mail is for: `busy` is refused for now, `nobody` for good, `dull` after its text. */
const REFUSALS: [start: string, code: number, text: string][] = [
  ["busy", 450, "4.2.0 try again later"],
  ["nobody", 550, "5.1.1 no such mailbox"],
];

const refusal = (code: number, text: string) => Object.assign(new Error(text), { responseCode: code });

/** Real SMTP servers on loopback ports that the system chooses; they end with the process. */
export async function openMailbox({ cert, key }: { cert: string; key: string }): Promise<Mailbox> {
  const received: ReceivedMail[] = [];
  const user = `desk@${randomBytes(4).toString("hex")}`;
  const pass = `p/a:s%${randomBytes(8).toString("base64")}`;
  const common = optionsOf(user, pass, (mail) => {
    received.push(mail);
    if (received.length > KEPT) received.shift();
  });
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(pass)}`;
  const plain = await listen({ ...common, disabledCommands: ["STARTTLS"] });
  const starttls = await listen({ ...common, cert, key });
  const tls = await listen({ ...common, cert, key, secure: true });
  const stranger = await listen({ ...common, ...localhostCertificate(), secure: true });
  const down = await listen(common);
  await new Promise<void>((resolve) => down.server.close(resolve));
  return {
    urls: {
      plain: `smtp://${login}@${HOST}:${plain.port}`,
      starttls: `smtp://${login}@localhost:${starttls.port}`,
      tls: `smtps://${login}@localhost:${tls.port}`,
      stranger: `smtps://${login}@localhost:${stranger.port}`,
      down: `smtp://${login}@${HOST}:${down.port}`,
    },
    answer(request) {
      const wanted = new URL(request.url).searchParams.get("to")?.toLowerCase() ?? "";
      return Response.json(received.filter(({ to }) => to.includes(wanted)));
    },
  };
}

function optionsOf(user: string, pass: string, take: (mail: ReceivedMail) => void): SMTPServerOptions {
  return {
    authMethods: ["PLAIN", "LOGIN"],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth(auth, _, done) {
      if (auth.username === user && auth.password === pass) return done(null, { user });
      done(refusal(535, `5.7.8 ${auth.username} may not enter with ${auth.password}`));
    },
    onRcptTo({ address }, _, done) {
      const refused = REFUSALS.find(([start]) => address.startsWith(start));
      if (refused !== undefined) return done(refusal(refused[1], refused[2]));
      setTimeout(done, address.startsWith("slow") ? SLOW_MS : 0);
    },
    onData(stream, session, done) {
      textOf(stream).then((raw) => {
        const mail = receivedMail(session, raw);
        if (mail.to.some((address) => address.startsWith("dull"))) {
          return done(refusal(554, "5.6.0 not what we like to read"));
        }
        take(mail);
        done();
      }, done);
    },
  };
}

const receivedMail = ({ envelope, secure, user }: SMTPServerSession, raw: string): ReceivedMail => ({
  from: envelope.mailFrom === false ? "" : envelope.mailFrom.address,
  to: envelope.rcptTo.map(({ address }) => address.toLowerCase()),
  user,
  encrypted: secure,
  raw,
});

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

async function listen(options: SMTPServerOptions): Promise<{ server: SMTPServer; port: number }> {
  const server = new SMTPServer(options);
  server.on("error", () => {}); // a client that hangs up is no trouble of the server's
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  server.server.unref();
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the SMTP server has no port");
  return { server, port: address.port };
}
