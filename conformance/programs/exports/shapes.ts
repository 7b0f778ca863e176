import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {}

export class Entry extends WorkerEntrypoint {
  hello() {
    return "hello";
  }
}

export default inWorker<{ Subject: Subject }>(
  "the shapes of exports",
  async ({ exports, note }) => {
    const { Entry: entry, Subject: subject } = exports as Record<
      string,
      (...it: unknown[]) => unknown
    >;
    note("types", [typeof entry, typeof subject]);
    note("class of a namespace", subject!.constructor.name);
    const stub = entry!({ props: {} }) as Record<string, unknown>;
    note("a specialised entrypoint", [typeof stub.hello, typeof stub.fetch, stub.then]);
    const space = subject as unknown as DurableObjectNamespace;
    note(
      "members of a namespace",
      ["idFromName", "idFromString", "newUniqueId", "get", "getByName"].filter((it) => it in space),
    );
  },
);
