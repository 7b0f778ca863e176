import { FreeholdError } from "@freehold/host";
import type { WorkflowAdmin } from "@freehold/workflows";
import type { ControlHandler } from "./control-socket.ts";

type Body = Readonly<Record<string, unknown>>;

/** Answers `workflows/…` commands. */
export function workflowControl(admin: WorkflowAdmin): ControlHandler {
  const verbs: Readonly<Record<string, (body: Body) => unknown>> = {
    "workflows/workflows": () => admin.workflows,
    "workflows/list": ({ workflow, ...options }) => admin.list(text(workflow), options),
    "workflows/show": ({ workflow, id }) => admin.timeline(text(workflow), text(id)),
    "workflows/events": ({ workflow, id }) => admin.events(text(workflow), text(id)),
    "workflows/pause": (body) => steer(body, (instance) => instance.pause()),
    "workflows/resume": (body) => steer(body, (instance) => instance.resume()),
    "workflows/terminate": (body) =>
      steer(body, (instance) => instance.terminate({ rollback: body.rollback === true })),
    "workflows/restart": (body) =>
      steer(body, (instance) =>
        instance.restart(
          body.from === undefined
            ? {}
            : { from: { name: text(body.from), count: Number(body.count ?? 1) } },
        ),
      ),
  };
  async function steer(
    { workflow, id }: Body,
    act: (instance: ReturnType<WorkflowAdmin["instance"]>) => Promise<void>,
  ): Promise<unknown> {
    const instance = admin.instance(text(workflow), text(id));
    await act(instance);
    return await instance.status();
  }
  return (verb, body) => {
    const answer = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (answer !== undefined) return answer(body);
    throw new FreeholdError("COMMAND_UNKNOWN", `The host knows no command ${verb}.`, {
      help: "Use the `freehold` command of the same version.",
    });
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
