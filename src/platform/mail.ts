import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { createTransport, type SMTPTransportOptions } from "nodemailer";
import { isLoopback } from "./addresses.ts";
import { MINUTE_MS, SECOND_MS } from "./clock.ts";

/** A rendered mail to one person. */
export interface OutgoingMail {
  /** Becomes its Message-ID, so that a mail which is sent again can be told from a new one. */
  id: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  written_at: number;
  /** A link of RFC 8058, by which the reader's mail program stops mail like this with one POST. */
  unsubscribe_url?: string | undefined;
}

/** Why a mail was not taken, without credentials. `permanent` where the server will refuse it every time. */
export class MailNotSent extends Error {
  override readonly name = "MailNotSent";
  readonly permanent: boolean;

  constructor(message: string, permanent: boolean) {
    super(message);
    this.permanent = permanent;
  }
}

const STEP_TIMEOUT_MS = 10 * SECOND_MS;
/** A whole conversation ends by then, whatever the server does. */
const MAIL_TIMEOUT_MS = MINUTE_MS;
const LONGEST_ERROR = 300;

/**
 * Hands one mail to the SMTP server of the URL over a connection of its own, which is closed when this returns. Beyond
 * loopback nothing is said in clear: a server without TLS gets neither credentials nor mail. Throws MailNotSent.
 */
export async function sendMail(smtp_url: string, mail: OutgoingMail): Promise<void> {
  const domain = requireSafeHeaders(mail);
  const server = serverOf(smtp_url);
  const sockets: Socket[] = [];
  const transport = createTransport(optionsOf(server, domain, sockets));
  try {
    await transport.sendMail({
      from: mail.from,
      to: { name: "", address: mail.to },
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      messageId: `<${mail.id}@${domain}>`,
      date: new Date(mail.written_at),
      headers: headersOf(mail),
      signal: AbortSignal.timeout(MAIL_TIMEOUT_MS),
    });
  } catch (error) {
    throw notSent(error, server);
  } finally {
    for (const socket of sockets) socket.destroy();
    transport.close();
  }
}

function headersOf({ unsubscribe_url }: OutgoingMail): Record<string, string> {
  const headers = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All" };
  if (unsubscribe_url === undefined) return headers;
  return {
    ...headers,
    "List-Unsubscribe": `<${unsubscribe_url}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}

/** What is opened is put into `sockets`, for whoever closes it. */
function optionsOf(server: SmtpServer, domain: string, sockets: Socket[]): SMTPTransportOptions {
  return {
    host: server.host,
    port: server.port,
    secure: server.secure,
    requireTLS: !server.secure && !isLoopback(server.host),
    name: domain,
    ...(server.auth === undefined ? {} : { auth: server.auth, forceAuth: true }),
    connectionTimeout: STEP_TIMEOUT_MS,
    greetingTimeout: STEP_TIMEOUT_MS,
    socketTimeout: STEP_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket: (_, done) => {
      const socket = open(server);
      sockets.push(socket);
      const late = setTimeout(() => done(new Error("Connecting took too long.")), STEP_TIMEOUT_MS);
      const failed = (error: Error) => {
        clearTimeout(late);
        done(error);
      };
      socket.once("error", failed);
      socket.once(server.secure ? "secureConnect" : "connect", () => {
        clearTimeout(late);
        socket.off("error", failed);
        done(null, { connection: socket, secured: server.secure });
      });
    },
  };
}

/**
 * Connects to the name and not, as nodemailer would, to an address that it looked up: STARTTLS too holds the server's
 * certificate against what was connected to.
 */
const open = ({ host, port, secure }: SmtpServer): Socket =>
  secure ? connectTls({ host, port, servername: host }) : connect({ host, port });

const ADDRESS = /^[^\s<>(),;:"@[\]\\]+@[^\s<>(),;:"@[\]\\]+$/;

/** Refuses what could become a header or a recipient of its own; gives the sender's domain. */
function requireSafeHeaders({ from, id, subject, to, unsubscribe_url = "" }: OutgoingMail): string {
  const unsafe = [from, id, subject, to, unsubscribe_url].some((header) =>
    /[\x00-\x1f\x7f\u2028\u2029]/.test(header),
  );
  if (unsafe) throw new MailNotSent("A header holds a line break or another control character.", true);
  if (!ADDRESS.test(to)) throw new MailNotSent("The recipient is not one plain address.", true);
  const sender = /<([^<>]*)>\s*$/.exec(from)?.[1] ?? from.trim();
  if (!ADDRESS.test(sender)) throw new MailNotSent("MAIL_FROM holds no plain address.", false);
  return sender.slice(sender.indexOf("@") + 1);
}

interface SmtpServer {
  host: string;
  port: number;
  secure: boolean;
  auth?: { user: string; pass: string };
}

function serverOf(smtp_url: string): SmtpServer {
  const url = new URL(smtp_url);
  const secure = url.protocol === "smtps:";
  const server = {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
  };
  if (url.username === "") return server;
  return { ...server, auth: { user: decoded(url.username), pass: decoded(url.password) } };
}

/** Credentials stand in a URL percent-encoded; what was put there as it is stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Servers quote what they were sent, so the credentials are cut out in every form in which they were said. */
function notSent(error: unknown, { auth }: SmtpServer): MailNotSent {
  const said = error instanceof Error ? error.message : String(error);
  const forms = auth === undefined ? [] : [`\0${auth.user}\0${auth.pass}`, auth.pass, auth.user];
  const secrets = forms.flatMap((form) => [form, Buffer.from(form).toString("base64")]).filter(Boolean);
  const clean = secrets.reduce((text, secret) => text.replaceAll(secret, "[redacted]"), said);
  return new MailNotSent(
    clean.replaceAll(/[\x00-\x1f\x7f]+/g, " ").slice(0, LONGEST_ERROR),
    isPermanent(error),
  );
}

/** A 5xx for this recipient or this text; one for our log-in or our sender is for the operator to mend. */
function isPermanent(error: unknown): boolean {
  if (!(error instanceof Error && "permanent" in error && "command" in error)) return false;
  return error.permanent === true && (error.command === "RCPT TO" || error.command === "DATA");
}
