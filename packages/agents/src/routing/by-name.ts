import type { Agent } from "../agent.ts";
import { systemClock } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import { systemRandom } from "../random.ts";
import { assertAgentName } from "./refusal.ts";
import { routingRetry } from "./retry.ts";
import type { AgentOptions } from "./route.ts";
import { stubOf } from "./stub.ts";

/** Options of {@link getAgentByName}. */
export type AgentGetOptions<Env, Props extends object = object> = Pick<
  AgentOptions<Env, Props>,
  "jurisdiction" | "locationHint" | "props" | "routingRetry"
>;

/** @deprecated Use `DurableObjectNamespace`. */
export type AgentNamespace<Agentic extends Agent<Cloudflare.Env>> = DurableObjectNamespace<Agentic>;

/**
 * The stub of a named agent that has started: its public methods can be called. Rejects with the
 * error of its `onStart` when that fails.
 *
 * The name is taken as it is. A request that `routeAgentRequest` sends has the name that stands in
 * the URL, percent-encoded, unless its option `decodeName` is set.
 *
 * @throws FreeholdError `invalid_agent_name` (no text, or above 1024 bytes), `namespace_missing`,
 *   `invalid_retry_options`.
 *
 * @example
 * const room = await getAgentByName(env.Room, "lobby");
 * await room.announce("hello");
 */
export async function getAgentByName<
  Env extends Cloudflare.Env = Cloudflare.Env,
  T extends Agent<Env> = Agent<Env>,
  Props extends object = object,
>(
  namespace: DurableObjectNamespace<T>,
  name: string,
  options: AgentGetOptions<Env, Props> = {},
): Promise<DurableObjectStub<T>> {
  assertAgentName(name);
  assertNamespace(namespace);
  const started = async () => {
    const stub = stubOf(namespace as unknown as DurableObjectNamespace, name, options);
    await (stub as unknown as Startable).__unsafe_ensureInitialized(options.props);
    return stub as unknown as DurableObjectStub<T>;
  };
  const ports = { clock: systemClock, random: systemRandom };
  return routingRetry(started, options.routingRetry, { name }, ports);
}

interface Startable {
  __unsafe_ensureInitialized(props: unknown): Promise<void>;
}

function assertNamespace(value: unknown): void {
  if (typeof (value as { idFromName?: unknown } | null | undefined)?.idFromName === "function") {
    return;
  }
  throw new FreeholdError("namespace_missing", "getAgentByName was given no namespace", {
    help: "Check that the binding has this name in the configuration, and that its class is exported.",
  });
}
