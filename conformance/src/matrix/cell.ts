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
  /** An agent name that no other row or cell uses. */
  readonly name: string;
}

/** One feature, used as an application uses it. It fails by throwing. */
export interface Row {
  readonly name: string;
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
