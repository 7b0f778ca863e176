import type * as UpstreamClient from "agents/client";
import type { SdkName } from "../bundle-worker.ts";
import type { HostName } from "../hosts/host.ts";

/** The client package as a row uses it: the published package's shape. */
export type ClientModule = Pick<typeof UpstreamClient, "AgentClient" | "agentFetch">;

/** One of the eight combinations. */
export interface Combination {
  readonly sdk: SdkName;
  readonly host: HostName;
  readonly client: SdkName;
}

/** What a row gets: a running server and a client package. */
export interface Cell {
  readonly url: URL;
  readonly client: ClientModule;
  /** Whose client package that is. */
  readonly sdk: SdkName;
  /** Whose SDK the server runs. */
  readonly server: SdkName;
  readonly host: HostName;
  /** An agent name that no other row or cell uses. */
  readonly name: string;
}

/** One feature, used as an application uses it. It fails by throwing. */
export interface Row {
  readonly name: string;
  /**
   * The room of our SDK that it needs and that is still to be built. Until then only the published SDK
   * runs it, on both hosts; the other cells are shown, and not counted.
   */
  readonly later?: string;
  /** Whether it shows pages in Chromium. */
  readonly inBrowser?: boolean;
  /** What is done before all servers are killed and started again on the same storage. */
  readonly before?: (cell: Cell) => Promise<void>;
  readonly run: (cell: Cell) => Promise<void>;
}

/** All eight, the reference (published packages on workerd) first. */
export const COMBINATIONS: readonly Combination[] = (["upstream", "freehold"] as const).flatMap(
  (sdk) =>
    (["workerd", "freehold"] as const).flatMap((host) =>
      (["upstream", "freehold"] as const).map((client) => ({ sdk, host, client })),
    ),
);

/** `sdk-host-client`, for instance `upstream-workerd-freehold`. */
export function nameOf({ sdk, host, client }: Combination): string {
  return `${sdk}-${host}-${client}`;
}
