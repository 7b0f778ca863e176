import { RpcTarget } from "cloudflare:workers";
import type { Agent } from "../agent.ts";
import { type Binding, directoryOf } from "../routing/bindings.ts";
import { getAgentByName } from "../routing/by-name.ts";
import type { AgentOptions } from "../routing/route.ts";
import { emailErrors } from "./errors.ts";
import { assertAddress } from "./headers.ts";
import type { EmailBridge, EmailPayload, EmailResolver } from "./types.ts";

/** Options of {@link routeAgentEmail}. */
export type EmailRoutingOptions<Env> = AgentOptions<Env> & {
  /** Finds the agent that an e-mail is for. */
  resolver: EmailResolver<Env>;
  /** Called for an e-mail that is for no agent. Default: a warning, and the e-mail is dropped. */
  onNoRoute?: (email: ForwardableEmailMessage) => void | Promise<void>;
};

/**
 * Gives an e-mail to the agent that `resolver` finds, and waits until its `onEmail` is done. Of the
 * options that requests have, `jurisdiction`, `locationHint`, `props` and `routingRetry` count here.
 *
 * @throws FreeholdError `unknown_agent`, `ambiguous_agent`, `invalid_agent_name`; what the resolver,
 *   `onNoRoute` and the agent throw.
 *
 * @example
 * export default {
 *   async email(message: ForwardableEmailMessage, env: Env) {
 *     await routeAgentEmail(message, env, {
 *       resolver: createAddressBasedEmailResolver("Support"),
 *       onNoRoute: (email) => email.setReject("There is nobody of this name."),
 *     });
 *   },
 * };
 */
export async function routeAgentEmail<Env extends Cloudflare.Env = Cloudflare.Env>(
  email: ForwardableEmailMessage,
  env: Env,
  options: EmailRoutingOptions<Env>,
): Promise<void> {
  const route = await options.resolver(email, env);
  if (!route) {
    if (options.onNoRoute) return options.onNoRoute(email);
    return console.warn("No routing information found for email, dropping message");
  }
  const { namespace } = bindingOf(route.agentName, env);
  const agents = namespace as unknown as DurableObjectNamespace<Agent<Env>>;
  const agent = await getAgentByName<Env>(agents, route.agentId, options);
  const payload: EmailPayload = {
    ...{ from: email.from, to: email.to, headers: email.headers, rawSize: email.rawSize },
    ...(route._secureRouted === undefined ? {} : { _secureRouted: route._secureRouted }),
    _bridge: new WorkerEmailBridge(email),
  };
  await (agent as unknown as Receiver)._onEmail(payload);
}

interface Receiver {
  _onEmail(payload: EmailPayload): Promise<void>;
}

/**
 * The binding of an agent by its own name, by that of URLs, or by either in another case: the local
 * part of an address reaches us in the case in which its sender wrote it.
 */
function bindingOf(name: string, env: unknown): Binding {
  const directory = directoryOf(env);
  const { bindings } = directory;
  const same = bindings.find(({ key }) => key === name);
  if (same) return same;
  const lower = String(name).toLowerCase();
  for (const lookup of [directory.find(name), directory.find(lower)]) {
    if ("found" in lookup) return lookup.found;
    if ("ambiguous" in lookup) throw emailErrors.namespaceAmbiguous(name, lookup.ambiguous);
  }
  const alike = bindings.filter(({ key }) => key.toLowerCase() === lower);
  const keys = alike.map(({ key }) => key);
  const [only] = alike;
  if (!only) {
    throw emailErrors.namespaceMissing(
      name,
      bindings.map(({ key }) => key),
    );
  }
  if (alike.length > 1) throw emailErrors.namespaceAmbiguous(name, keys);
  return only;
}

/** Lends the Worker's e-mail to the agent, for as long as the agent handles it. */
class WorkerEmailBridge extends RpcTarget implements EmailBridge {
  readonly #email: ForwardableEmailMessage;
  /** Read once: the message is a stream. */
  #raw: Promise<Uint8Array> | undefined;

  constructor(email: ForwardableEmailMessage) {
    super();
    this.#email = email;
  }

  getRaw(): Promise<Uint8Array> {
    this.#raw ??= new Response(this.#email.raw).bytes();
    return this.#raw;
  }

  setReject(reason: string): void {
    // The reason becomes a line of the answer to the sending server.
    this.#email.setReject(String(reason).replace(/\p{Cc}+/gu, " "));
  }

  async forward(rcptTo: string, headers?: Headers): Promise<EmailSendResult> {
    assertAddress("rcptTo", rcptTo);
    return this.#email.forward(rcptTo, headers);
  }

  async reply({ from, to, raw }: Parameters<EmailBridge["reply"]>[0]): Promise<EmailSendResult> {
    assertAddress("from", from);
    assertAddress("to", to);
    // Not every runtime has the module; who never replies needs none.
    const { EmailMessage } = await import("cloudflare:email");
    return this.#email.reply(new EmailMessage(from, to, raw));
  }
}
