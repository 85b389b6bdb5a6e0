import ipaddr from "ipaddr.js";

/** The address in its one spelling, an IPv4 one out of IPv6's wrapping; undefined where it is none. */
function parse(address: string) {
  return ipaddr.isValid(address) ? ipaddr.process(address) : undefined;
}

/**
 * Who is behind an address, as far as an address tells: an IPv4 address, or the /64 of an IPv6 one, since a single
 * subscriber has all addresses of that.
 */
export function networkOf(address: string): string {
  const parsed = parse(address);
  if (parsed === undefined) return address;
  if (parsed.kind() === "ipv4") return parsed.toString();
  const groups = ipaddr.IPv6.parse(parsed.toString()).parts.slice(0, 4);
  return `${groups.map((group) => group.toString(16)).join(":")}::/64`;
}

/** Whether an address or a name can only mean the machine itself. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || parse(host)?.range() === "loopback";

/** A range in CIDR notation, or a single address as the range of itself; undefined where it is neither. */
function parseRange(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  if (ipaddr.isValidCIDR(text)) {
    const [address, bits] = ipaddr.parseCIDR(text);
    const wrapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= 96;
    return wrapped ? [address.toIPv4Address(), bits - 96] : [address, bits];
  }
  const address = ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
  return address && [address, address.kind() === "ipv4" ? 32 : 128];
}

/**
 * A range in its one spelling: `10.1.2.3/8` is `10.0.0.0/8`. Undefined where it is none, or an IPv4 address that
 * programs read in different ways (`010.0.0.1`, `127.1`).
 */
export function canonicalRange(text: string): string | undefined {
  const plain = ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv4.isValidCIDRFourPartDecimal(text);
  const range = plain || (text.includes(":") && !text.includes("%")) ? parseRange(text) : undefined;
  if (range === undefined) return undefined;
  const [address, bits] = range;
  if (bits === (address.kind() === "ipv4" ? 32 : 128)) return address.toString();
  const version = address.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${version.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()}/${bits}`;
}

/** Whether an address lies in one of the ranges. An empty list allows all, an address that is none nothing. */
export function isAllowedAddress(address: string, ranges: string[]): boolean {
  if (ranges.length === 0) return true;
  const parsed = parse(address);
  return ranges.some((text) => {
    const range = parseRange(text);
    return parsed !== undefined && range?.[0].kind() === parsed.kind() && parsed.match(range);
  });
}
