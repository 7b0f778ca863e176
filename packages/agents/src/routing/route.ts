import type { Agent } from "../agent.ts";
import { systemClock } from "../clock.ts";
import { encodeProps } from "../lifecycle/props.ts";
import { systemRandom } from "../random.ts";
import { ErrorText, INTERNAL_HEADERS, PROPS_HEADER } from "../wire.ts";
import { corsHeaders, withCors } from "./cors.ts";
import { matchPath } from "./match.ts";
import { camelCaseToKebabCase } from "./names.ts";
import { type RoutingRetryOptions, routingRetry } from "./retry.ts";

/** Which agent a request is for. */
export interface AgentRouteMatch<Env = Cloudflare.Env> {
  /** The binding's name in `env`. */
  className: Extract<keyof Env, string>;
  /** The instance's name. */
  name: string;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a hook without a return statement lets the request pass
type HookResult = Response | Request | undefined | void;

/** Options of {@link routeAgentRequest}. */
export interface AgentOptions<Env = Cloudflare.Env, Props extends object = object> {
  /** Path before binding and name. Default `agents`; may have several segments. */
  prefix?: string;
  jurisdiction?: DurableObjectJurisdiction;
  locationHint?: DurableObjectLocationHint;
  /** Given to the agent's `onStart` when this request starts it. Must fit into JSON. */
  props?: Props;
  /** True: any origin. Headers: exactly those. Default: no cross-origin use. */
  cors?: boolean | HeadersInit;
  /** How failures of the platform are tried again; false to do so never. */
  routingRetry?: false | RoutingRetryOptions;
  /** Before a WebSocket upgrade: a response refuses it, a request takes its place. */
  onBeforeConnect?: (
    request: Request,
    route: AgentRouteMatch<Env>,
  ) => HookResult | Promise<HookResult>;
  /** Before an HTTP request: a response answers it, a request takes its place. */
  onBeforeRequest?: (
    request: Request,
    route: AgentRouteMatch<Env>,
  ) => HookResult | Promise<HookResult>;
}

/** Options of {@link getAgentByName}. */
export type AgentGetOptions<Env, Props extends object = object> = Pick<
  AgentOptions<Env, Props>,
  "jurisdiction" | "locationHint" | "props" | "routingRetry"
>;

const ports = { clock: systemClock, random: systemRandom };

/**
 * Sends `/agents/{binding}/{name}` requests, HTTP and WebSocket, to the agent. Returns null for any
 * other path, and status 400 for a binding that does not exist.
 *
 * @example
 * export default {
 *   async fetch(request: Request, env: Env) {
 *     return (await routeAgentRequest(request, env)) ?? new Response("Not found", { status: 404 });
 *   },
 * };
 */
export async function routeAgentRequest<Env>(
  request: Request,
  env: Env,
  options: AgentOptions<Env> = {},
): Promise<Response | null> {
  const match = matchPath(new URL(request.url).pathname, options.prefix ?? "agents");
  if (!match) return null;
  const found = bindingsOf(env).get(match.binding);
  if (!found) {
    console.error(`No Durable Object binding for "${match.binding}" in env`);
    return new Response(ErrorText.INVALID_REQUEST, { status: 400 });
  }
  const cors = corsHeaders(options.cors);
  if (request.method === "OPTIONS" && cors) return new Response(null, { headers: cors });
  const route: AgentRouteMatch<Env> = {
    className: found.key as AgentRouteMatch<Env>["className"],
    name: match.name,
  };
  const isUpgrade = request.headers.get("upgrade")?.toLowerCase() === "websocket";
  const hook = isUpgrade ? options.onBeforeConnect : options.onBeforeRequest;
  const clean = withoutInternalHeaders(request);
  const answer = await hook?.(clean, route);
  if (answer instanceof Response) return isUpgrade ? answer : withCors(answer, cors);
  const sent = answer ? withoutInternalHeaders(answer) : clean;
  const response = await forward(sent, found.namespace, route, options);
  return withCors(response, cors);
}

/**
 * The stub of a named agent that has started: its public methods can be called. Rejects when its
 * `onStart` fails.
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
  const stubOf = () => stub(namespace as unknown as Namespace, name, options);
  const started = async () => {
    const agent = stubOf();
    await (agent as unknown as Startable).__unsafe_ensureInitialized(options.props);
    return agent as unknown as DurableObjectStub<T>;
  };
  return routingRetry(started, options.routingRetry, { name }, ports);
}

type Namespace = DurableObjectNamespace;
type Placement = Pick<AgentOptions, "jurisdiction" | "locationHint">;
interface Startable {
  __unsafe_ensureInitialized(props: unknown): Promise<void>;
}

function stub(namespace: Namespace, name: string, placement: Placement): DurableObjectStub {
  const { jurisdiction, locationHint } = placement;
  const placed = jurisdiction ? namespace.jurisdiction(jurisdiction) : namespace;
  return placed.get(placed.idFromName(name), locationHint ? { locationHint } : undefined);
}

async function forward<Env>(
  request: Request,
  namespace: Namespace,
  { className, name }: AgentRouteMatch<Env>,
  options: AgentOptions<Env>,
): Promise<Response> {
  let sent = request;
  if (options.props !== undefined) {
    sent = new Request(request);
    sent.headers.set(PROPS_HEADER, encodeProps(options.props));
  }
  const retries = options.routingRetry;
  if (retries === false) return stub(namespace, name, options).fetch(sent);
  const attempt = () => stub(namespace, name, options).fetch(sent.body ? sent.clone() : sent);
  return routingRetry(attempt, retries, { name, className }, ports);
}

/** What only the router may say is removed from what comes in. */
function withoutInternalHeaders(request: Request): Request {
  if (!INTERNAL_HEADERS.some((name) => request.headers.has(name))) return request;
  const copy = new Request(request);
  for (const name of INTERNAL_HEADERS) copy.headers.delete(name);
  return copy;
}

interface Binding {
  readonly key: string;
  readonly namespace: Namespace;
}

const bindings = new WeakMap<object, ReadonlyMap<string, Binding>>();

/** The Durable Object namespaces of an `env`, by name in kebab case; read once per `env`. */
function bindingsOf(env: unknown): ReadonlyMap<string, Binding> {
  if (typeof env !== "object" || env === null) return new Map();
  const known = bindings.get(env);
  if (known) return known;
  const found = new Map(
    Object.entries(env)
      .filter(([, value]) => isNamespace(value))
      .map(([key, value]) => [camelCaseToKebabCase(key), { key, namespace: value as Namespace }]),
  );
  bindings.set(env, found);
  return found;
}

function isNamespace(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { idFromName?: unknown }).idFromName === "function"
  );
}
