import type { Instance, InstanceStatus, Notes, WorkflowBinding, WorkflowTools } from "./program.ts";

/** A program of the bundle, as far as its bindings go. */
interface Item {
  readonly id: string;
  readonly classes: readonly string[];
}

const FINISHED = new Set(["complete", "errored", "terminated"]);
const PATIENCE_MS = 12_000;
const POLL_MS = 15;

/** What a program about workflows works with. */
export function workflowTools(
  item: Item,
  env: object,
  ctx: ExecutionContext,
  notes: Notes,
  instances: { workflow: string; id: string }[],
): WorkflowTools {
  const pick = (look: (name: string) => unknown) =>
    Object.fromEntries(item.classes.map((name) => [name, look(`${item.id}__${name}`)]));
  const workflows = pick((name) => Reflect.get(env, name)) as Record<string, WorkflowBinding>;
  const exports = pick((name) => Reflect.get(ctx.exports, name));
  let count = 0;
  const create = async (params?: unknown, id?: string): Promise<Instance> => {
    count += 1;
    const chosen = id ?? `instance-${count}`;
    const instance = await workflows.Flow!.create({ id: chosen, params });
    instances.push({ workflow: `${item.id}__Flow`, id: chosen });
    return plain(instance);
  };
  const end = async (instance: Instance): Promise<InstanceStatus> => {
    for (let waited = 0; ; waited += POLL_MS) {
      const status = await instance.status();
      if (FINISHED.has(status.status) || waited > PATIENCE_MS) return status;
      await notes.sleep(POLL_MS);
    }
  };
  const run = async (label: string, params?: unknown): Promise<InstanceStatus> => {
    const status = await end(await create(params));
    notes.note(label, status);
    return status;
  };
  return { ...notes, workflows, exports, create, end, run };
}

/** An instance whose status holds what the published types say, in one order. */
function plain(instance: Instance): Instance {
  const { id } = instance;
  return {
    id,
    pause: () => instance.pause(),
    resume: () => instance.resume(),
    terminate: (options) => instance.terminate(options),
    restart: (options) => instance.restart(options),
    sendEvent: (event) => instance.sendEvent(event),
    async status() {
      const { status, error, output } = await instance.status();
      const details = error as { name: string; message: string } | undefined;
      const shown = details && { name: details.name, message: details.message };
      return { status, ...(shown && { error: shown }), output };
    },
  };
}

interface Followed {
  next(): Promise<{ readonly done?: boolean; readonly value: unknown }>;
}

interface Followable {
  subscribe(): Promise<Followed>;
  status(): Promise<InstanceStatus>;
}

/** All events of an instance, where the host tells of them: up to now when it has not ended. */
export async function eventsOf(env: object, workflow: string, id: string): Promise<unknown[]> {
  const binding = Reflect.get(env, workflow) as WorkflowBinding;
  const instance = (await binding.get(id)) as unknown as Followable;
  const followed = await instance.subscribe();
  const events: unknown[] = [];
  for (;;) {
    const next = await Promise.race([followed.next(), later()]);
    if (next === undefined || next.done) return events;
    events.push(next.value);
  }
}

/** An instance that has not ended has no more events for now. */
function later(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(() => resolve(undefined), 200));
}
