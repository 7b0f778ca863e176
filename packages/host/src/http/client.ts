import type { IncomingMessage } from "node:http";
import { BlockList, isIP, isIPv6 } from "node:net";
import { FreeholdError } from "../errors.ts";

/** What is known of the client of a request. */
export interface Client {
  readonly address: string;
  readonly protocol: "http" | "https";
  /** The host that the client asked for. */
  readonly host: string;
}

/** Headers by which a proxy tells of its client. Believed only from a trusted proxy. */
const FORWARDING = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"];

/** Finds out who the client is and clears its headers of what only we may say. */
export class ClientFinder {
  readonly #trusted: BlockList | undefined;
  readonly #public: Pick<Client, "protocol" | "host"> | undefined;

  /**
   * @param trustedProxies addresses or ranges such as `10.0.0.0/8`.
   * @param publicUrl scheme and host of all requests, such as `https://chat.example`.
   * @throws FreeholdError `PROXY_INVALID` or `PUBLIC_URL_INVALID`
   */
  constructor(trustedProxies: readonly string[], publicUrl?: string) {
    this.#trusted = trustedProxies.length === 0 ? undefined : blockList(trustedProxies);
    this.#public = publicUrl === undefined ? undefined : publicAddress(publicUrl);
  }

  /**
   * The client of a request. Removes from its headers `cf-*`, `x-real-ip` and, when they come from
   * a stranger, the forwarding headers; sets `cf-connecting-ip`.
   */
  identify(incoming: IncomingMessage): Client {
    const { headers, socket } = incoming;
    const peer = plainAddress(socket.remoteAddress ?? "");
    const encrypted = "encrypted" in socket && socket.encrypted === true;
    let client: Client = {
      address: peer,
      protocol: encrypted ? "https" : "http",
      host: headers.host ?? "",
    };
    for (const name in headers) {
      if (name.startsWith("cf-") || name === "x-real-ip") delete headers[name];
    }
    if (this.#isTrusted(peer)) client = this.#forwarded(incoming, client);
    else for (const name of FORWARDING) if (name in headers) delete headers[name];
    headers["cf-connecting-ip"] = client.address;
    return this.#public ? { ...client, ...this.#public } : client;
  }

  /** The nearest address that is not one of our proxies is the client's. */
  #forwarded({ headers }: IncomingMessage, direct: Client): Client {
    const chain = list(headers["x-forwarded-for"]).filter(isIP).reverse();
    const address = chain.find((hop) => !this.#isTrusted(hop)) ?? chain.at(-1) ?? direct.address;
    const protocol = list(headers["x-forwarded-proto"]).at(-1);
    return {
      address: plainAddress(address),
      protocol: protocol === "https" || protocol === "http" ? protocol : direct.protocol,
      host: list(headers["x-forwarded-host"]).at(-1) ?? direct.host,
    };
  }

  #isTrusted(address: string): boolean {
    return this.#trusted?.check(address, isIPv6(address) ? "ipv6" : "ipv4") ?? false;
  }
}

function publicAddress(text: string): Pick<Client, "protocol" | "host"> {
  const url = URL.parse(text);
  const protocol = url?.protocol.slice(0, -1);
  if (url?.href === `${url?.origin}/` && (protocol === "http" || protocol === "https")) {
    return { protocol, host: url.host };
  }
  throw new FreeholdError("PUBLIC_URL_INVALID", `"${text}" is not the address of a site.`, {
    help: "Name scheme and host, such as https://chat.example, with no path.",
  });
}

function list(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .join(",")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** IPv4 addresses arrive as IPv6 ones on a socket that takes both. */
function plainAddress(address: string): string {
  return address.startsWith("::ffff:") ? address.slice("::ffff:".length) : address;
}

function blockList(ranges: readonly string[]): BlockList {
  const trusted = new BlockList();
  for (const range of ranges) {
    const [address = "", prefix] = range.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    try {
      if (prefix === undefined) trusted.addAddress(address, family);
      else trusted.addSubnet(address, Number(prefix), family);
    } catch (cause) {
      throw new FreeholdError("PROXY_INVALID", `"${range}" is not an address or a range.`, {
        help: "Name trusted proxies as addresses, such as 127.0.0.1, or ranges, such as 10.0.0.0/8.",
        cause,
      });
    }
  }
  return trusted;
}
