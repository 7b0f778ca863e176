import { systemClock } from "../clock.ts";
import { agentContext, contextOf } from "../context.ts";
import { EmailRoom } from "../email/room.ts";
import type { Emit } from "../observability/events.ts";
import { systemRandom } from "../random.ts";
import { camelCaseToKebabCase } from "../routing/names.ts";
import { type AgentHooks, settleOrThrow } from "./hooks.ts";

/** What of an agent's rooms its e-mail uses. */
interface MailParts {
  readonly emit: Emit;
  readonly lifecycle: { readonly name: string };
}

/** The e-mail of an agent. It keeps nothing, so it is made when it is used. */
export function mailOf(agent: AgentHooks, { emit, lifecycle }: MailParts): EmailRoom {
  return new EmailRoom({
    ...{ clock: systemClock, random: systemRandom, emit },
    identity: () => ({
      agentName: camelCaseToKebabCase(agent.constructor.name),
      agentId: lifecycle.name,
    }),
    // The class has no onEmail unless its author writes one.
    handler(email) {
      const onEmail: unknown = Reflect.get(agent, "onEmail");
      if (typeof onEmail !== "function") return undefined;
      const working = contextOf(agent, { email });
      return () => agentContext.run(working, () => onEmail.call(agent, email) as unknown);
    },
    settle: (error) => settleOrThrow(agent, error),
  });
}
