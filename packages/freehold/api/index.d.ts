import {
  Durability,
  EmailTransport,
  HostLimits,
  IdleTimes,
  OutgoingEmail,
  OutgoingEmail as OutgoingEmail$1,
  WranglerConfig,
} from "@freehold/host";
import {
  GatewaysSettings,
  ModelSettings,
} from "@freehold/ai";
import {
  VectorSettings,
} from "@freehold/vectors";
/** How e-mail leaves the host. */
interface EmailSettings {
  /**
   * - `mailbox` (default): nothing leaves. Each message is an `.eml` file in the data directory, for
   *   `freehold mail`; the oldest of 1,000 go.
   * - `smtp`: a mail server, whose URL is in a secret.
   * - A function of your own: it resolves when the message is somebody else's to deliver, and what it
   *   throws reaches the Worker as `E_DELIVERY_FAILED`.
   */
  readonly transport?: "mailbox" | "smtp" | ((email: OutgoingEmail$1) => Promise<void>);
  /**
   * For `smtp`: the name of the secret or environment variable that holds the server's URL, such as
   * `smtps://user:password@mail.example.com`. Default `SMTP_URL`.
   */
  readonly secret?: string;
}
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
   * for the disk, `relaxed` leaves at once and syncs within 200 ms, `memory` never syncs.
   */
  readonly durability?: Durability;
  /**
   * How long agents can be brought back to earlier moments, in hours. Default 0: not at all. Costs disk
   * space: everything that was written in that time.
   */
  readonly recoveryHours?: number;
  /**
   * Answers `/cdn-cgi/handler/email` and `/cdn-cgi/handler/scheduled`, which set off those handlers of
   * the Worker, for whoever reaches the port. Default: in development only.
   */
  readonly eventRoutes?: boolean;
  /** How e-mail leaves. Default: it does not, and stands in a mailbox in the data directory. */
  readonly email?: EmailSettings;
  /** What `env.AI` does. Default: what the environment has keys for, else the offline models. */
  readonly models?: ModelSettings;
  /** The AI gateway: providers, keys, limits, logs. Default: it listens only when a program asks for its URL. */
  readonly gateway?: GatewaysSettings;
  /** Vector indexes. Default: each comes into being with its first vector, in the data directory. */
  readonly vectors?: VectorSettings;
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
  type EmailSettings,
  type FreeholdConfig,
  type OutgoingEmail,
};