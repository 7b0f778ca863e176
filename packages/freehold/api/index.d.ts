import {
  Durability,
  HostLimits,
  IdleTimes,
} from "@freehold/host";
/** What only a host needs to know; everything else stands in `wrangler.jsonc`. */
interface FreeholdConfig {
  /** Where objects live, relative to the project. Default `.freehold`. */
  readonly dataDirectory?: string;
  /** Default `127.0.0.1`. */
  readonly hostname?: string;
  /** Default 8787. */
  readonly port?: number;
  /**
   * How hard a write is held before anything that depends on it leaves: `strict` (default) waits
   * for the disk, `relaxed` leaves at once and syncs soon after, `memory` keeps nothing.
   */
  readonly durability?: Durability;
  /**
   * Answers `/cdn-cgi/handler/email` and `/cdn-cgi/handler/scheduled`, which set off those handlers of
   * the Worker, for whoever reaches the port. Default: in development only.
   */
  readonly eventRoutes?: boolean;
  /** Addresses or ranges, such as `10.0.0.0/8`, of proxies whose forwarding headers are believed. */
  readonly trustedProxies?: readonly string[];
  /** Scheme and host that requests have, such as `https://chat.example`. Default: what clients say. */
  readonly publicUrl?: string;
  /** Origins whose pages may open sockets with this site's cookies. Default: only the site's own. */
  readonly allowedOrigins?: readonly string[];
  /** Whether sockets compress what is sent (permessage-deflate). Default false. */
  readonly socketCompression?: boolean;
  /**
   * How long idle objects stay in memory. Default 10 s with open sockets, 70 s without; `Infinity`
   * keeps them resident.
   */
  readonly idle?: Partial<IdleTimes>;
  /** What clients and programs may do. Default Cloudflare's limits. */
  readonly limits?: Partial<HostLimits>;
}
/**
 * Types the configuration of a host.
 *
 * @example
 * ```ts
 * // freehold.config.ts
 * import { defineConfig } from "freehold";
 *
 * export default defineConfig({ dataDirectory: "/var/lib/my-agents", port: 8080 });
 * ```
 */
declare function defineConfig(config: FreeholdConfig): FreeholdConfig;
export {
  defineConfig,
  type FreeholdConfig,
};