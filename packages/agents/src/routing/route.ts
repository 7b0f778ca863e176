import { FreeholdError } from "../errors.ts";
import { encodeProps } from "../lifecycle/props.ts";
import { isInternalHeader, PROPS_HEADER } from "../wire.ts";
import { type Binding, directoryOf } from "./bindings.ts";
import { corsHeaders, withCors } from "./cors.ts";
import { matchPath, type PathMatch } from "./match.ts";
import {
  ambiguousAgent,
  assertAgentName,
  decodeAgentName,
  refuse,
  unknownAgent,
} from "./refusal.ts";
import type { RoutingRetryOptions } from "./retry.ts";
import { sendRequest } from "./send.ts";
import type { Placement } from "./stub.ts";

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
export interface AgentOptions<Env = Cloudflare.Env, Props extends object = object>
  extends Placement {
  /** Path before binding and name. Default `agents`; may have several segments. */
  prefix?: string;
  /** Given to the agent's `onStart` when this request starts it. Must fit into JSON. */
  props?: Props;
  /** True: any origin. Headers: exactly those. Default: no cross-origin use. */
  cors?: boolean | HeadersInit;
  /** How failures of the platform are tried again; false to do so never. */
  routingRetry?: false | RoutingRetryOptions;
  /**
   * True: the agent's name is the decoded one, so that `/agents/room/a%20b` is the agent that
   * `getAgentByName(env.Room, "a b")` gives. Default false, as in the published package: the name is
   * what stands in the URL, here `a%20b`, and existing agents keep theirs.
   */
  decodeName?: boolean;
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

/**
 * Sends `/agents/{binding}/{name}` requests, HTTP and WebSocket, to the agent. Returns null for any
 * other path, and status 400 for a binding that does not exist or a name that no agent can have;
 * why, stands in the log, and in development in the answer.
 *
 * A binding is written in kebab case: `ChatRoom` is `chat-room`, `AIAgent` is `a-i-agent` or
 * `ai-agent`.
 *
 * @throws FreeholdError `invalid_props`, `invalid_hook_result`, `invalid_retry_options`; and what
 *   the platform throws after the retries.
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
  const cors = corsHeaders(options.cors);
  const target = targetOf(match, env, options);
  if (target instanceof FreeholdError) return withCors(refuse(target, env), cors);
  if (request.method === "OPTIONS" && cors) return new Response(null, { headers: cors });
  const route: AgentRouteMatch<Env> = {
    className: target.key as AgentRouteMatch<Env>["className"],
    name: target.name,
  };
  const isUpgrade = request.headers.get("upgrade")?.toLowerCase() === "websocket";
  const hook = isUpgrade ? options.onBeforeConnect : options.onBeforeRequest;
  const clean = withoutInternalHeaders(request);
  const answer = await hook?.(clean, route);
  if (answer instanceof Response) return isUpgrade ? answer : withCors(answer, cors);
  const sent = answer ? withoutInternalHeaders(requestOf(answer)) : clean;
  return withCors(await forward(sent, target, options), cors);
}

interface Target extends Binding {
  /** The instance's name. */
  readonly name: string;
}

/** The agent that a path names, or why there is none. */
function targetOf(
  match: PathMatch,
  env: unknown,
  { decodeName }: Pick<AgentOptions, "decodeName">,
): Target | FreeholdError {
  const directory = directoryOf(env);
  const lookup = directory.find(match.binding);
  if ("unknown" in lookup) return unknownAgent(match.binding, directory);
  if ("ambiguous" in lookup) return ambiguousAgent(match.binding, lookup.ambiguous);
  try {
    const name = decodeName ? decodeAgentName(match.name) : match.name;
    assertAgentName(name);
    return { ...lookup.found, name };
  } catch (error) {
    if (error instanceof FreeholdError) return error;
    throw error;
  }
}

function forward(
  request: Request,
  target: Target,
  options: Placement & Pick<AgentOptions, "props" | "routingRetry">,
): Promise<Response> {
  const sent = options.props === undefined ? request : withProps(request, options.props);
  return sendRequest(sent, target, options);
}

function withProps(request: Request, props: unknown): Request {
  const copy = new Request(request);
  try {
    copy.headers.set(PROPS_HEADER, encodeProps(props));
  } catch (cause) {
    throw new FreeholdError("invalid_props", "The props do not fit into JSON", {
      help: "Give plain data: objects, arrays, text, numbers, booleans and null.",
      cause,
    });
  }
  return copy;
}

/** What only the router may say is removed from what comes in. */
function withoutInternalHeaders(request: Request): Request {
  const names = [...request.headers.keys()].filter(isInternalHeader);
  if (names.length === 0) return request;
  const copy = new Request(request);
  for (const name of names) copy.headers.delete(name);
  return copy;
}

/** `condition && new Response(…)` gives false, which passes; what else a hook returns does not. */
function requestOf(answer: unknown): Request {
  if (answer instanceof Request) return answer;
  throw new FreeholdError(
    "invalid_hook_result",
    `A routing hook returned ${typeof answer}, which is neither a Request nor a Response`,
    { help: "Return a Response to refuse, a Request to send instead, or nothing to let pass." },
  );
}
