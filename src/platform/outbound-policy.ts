import ipaddr from "ipaddr.js";

/** Why an address that somebody named is not called. */
export const REFUSALS = {
  malformed: "must be an absolute address in plain ASCII; write other names as `xn--…`",
  scheme: "must begin with `https://`",
  credentials: "must hold no user name and no password",
  literal: "must name a host and not an address",
  name: "must name a public host, with a dot in its name and none behind it",
  own: "must not be Bourse itself",
  port: "may name no other port than 443 and 8443",
  private: "must not lead into a private network",
} as const;
export type Refusal = keyof typeof REFUSALS;

export interface OutboundRules {
  /** `host:port`s that are exempt from all but the scheme; http will do there. */
  allowed: string[];
  /** The addresses that this deployment itself is known by. */
  own: string[];
}

const PORTS: Record<string, string> = { "https:": "443", "http:": "80" };
const OPEN_PORTS = ["443", "8443"];

/** The authority as it is written, so that a host which the parser read as another one shows. */
const WRITTEN = /^https?:\/\/(?:[^/?#]*@)?(\[[^\]/?#]*\]|[^/?#:@]+)(?::\d+)?(?:[/?#]|$)/i;
/** Visible ASCII without a backslash: the parser drops what is no sign, and reads some signs as others. */
const PLAIN = /^[\x21-\x5b\x5d-\x7e]+$/;
const PUBLIC_NAME =
  /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/;
/** Names that are never public: RFC 6761, 6762, 7686, 8375, and what networks use for themselves. */
const CLOSED_NAMES =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|invalid|onion|home\.arpa)$/;
/** This Worker under the name that wrangler.toml gives it, in any account, previews too. */
const OWN_WORKERS = /^(?:[a-z0-9-]+-)?bourse(?:-staging|-production)?\.[a-z0-9-]+\.workers\.dev$/;

/** `host:port`, the port spelt out. */
export const placeOf = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port || PORTS[protocol]}`;

const isWithin = (name: string, domain: string): boolean => name === domain || name.endsWith(`.${domain}`);

/** Why the address may not be called, as far as its text tells; undefined where it may. */
export function refusalOf(address: string, { allowed, own }: OutboundRules): Refusal | undefined {
  if (!PLAIN.test(address) || !URL.canParse(address)) return "malformed";
  const url = new URL(address);
  if (PORTS[url.protocol] === undefined) return "scheme";
  if (url.username !== "" || url.password !== "") return "credentials";
  const ours = own.filter((one) => URL.canParse(one)).map((one) => new URL(one));
  const place = placeOf(url);
  if (ours.some((one) => placeOf(one) === place)) return "own";
  if (allowed.includes(place)) return undefined;
  if (url.protocol !== "https:") return "scheme";
  if (url.hostname.startsWith("[") || ipaddr.isValid(url.hostname)) return "literal";
  if (WRITTEN.exec(address)?.[1]?.toLowerCase() !== url.hostname) return "malformed";
  if (ours.some((one) => isWithin(url.hostname, one.hostname)) || OWN_WORKERS.test(url.hostname))
    return "own";
  if (!PUBLIC_NAME.test(url.hostname) || CLOSED_NAMES.test(url.hostname)) return "name";
  return OPEN_PORTS.includes(url.port || "443") ? undefined : "port";
}

/** Whether a resolved address is one of the public internet, IPv4 inside IPv6 looked through. */
export const isPublicAddress = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
