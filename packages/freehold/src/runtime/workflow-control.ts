import { FreeholdError } from "@freehold/host";
import type { WorkflowAdmin } from "@freehold/workflows";
import type { ControlHandler } from "./control-socket.ts";

type Body = Readonly<Record<string, unknown>>;

const verbs: Readonly<Record<string, (admin: WorkflowAdmin, body: Body) => unknown>> = {
  "workflows/workflows": (admin) => admin.workflows,
  "workflows/list": (admin, { workflow, ...options }) => admin.list(text(workflow), options),
  "workflows/show": (admin, { workflow, id }) => admin.timeline(text(workflow), text(id)),
  "workflows/events": (admin, { workflow, id }) => admin.events(text(workflow), text(id)),
  "workflows/pause": (admin, body) => steer(admin, body, (instance) => instance.pause()),
  "workflows/resume": (admin, body) => steer(admin, body, (instance) => instance.resume()),
  "workflows/terminate": (admin, body) =>
    steer(admin, body, (instance) => instance.terminate({ rollback: body.rollback === true })),
  "workflows/restart": (admin, body) =>
    steer(admin, body, (instance) =>
      instance.restart(
        body.from === undefined
          ? {}
          : { from: { name: text(body.from), count: Number(body.count ?? 1) } },
      ),
    ),
};

/** Answers `workflows/…` commands. */
export function workflowControl(admin: () => Promise<WorkflowAdmin>): ControlHandler {
  return async (verb, body) => {
    const answer = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (answer !== undefined) return await answer(await admin(), body);
    throw new FreeholdError("COMMAND_UNKNOWN", `The host knows no command ${verb}.`, {
      help: "Use the `freehold` command of the same version.",
    });
  };
}

async function steer(
  admin: WorkflowAdmin,
  { workflow, id }: Body,
  act: (instance: ReturnType<WorkflowAdmin["instance"]>) => Promise<void>,
): Promise<unknown> {
  const instance = admin.instance(text(workflow), text(id));
  try {
    await act(instance);
  } catch (error) {
    throw refused(error, text(id));
  }
  return await instance.status();
}

/** What the contract says to a program, to a person: without its code. */
function refused(error: unknown, id: string): unknown {
  const said =
    error instanceof Error ? /^WorkflowError: \((\S+)\) (.*)$/.exec(error.message) : null;
  if (said === null) return error;
  return new FreeholdError("INSTANCE_REFUSED", `${said[2]}.`, {
    help: `Look at it with \`freehold workflows show <workflow> ${id}\`.`,
    cause: error,
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
