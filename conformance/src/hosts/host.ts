/** A bundled Worker, ready for any host. */
export interface WorkerDefinition {
  /** A name for files and logs: letters, digits, dashes. */
  readonly name: string;
  /** The whole Worker as one ES module; only `cloudflare:*` and `node:*` are imported. */
  readonly script: string;
  /** Namespaces by binding name → the exported class. All are backed by SQLite. */
  readonly objects: Readonly<Record<string, string>>;
  /** Service bindings by name: each leads to an entrypoint of this same Worker. */
  readonly services?: Readonly<Record<string, ServiceTarget>>;
  /** Workflows by binding name, which is also the name of the exported class and of the workflow. */
  readonly workflows?: readonly string[];
  /** Text variables of `env`. */
  readonly vars?: Readonly<Record<string, string>>;
}

export interface ServiceTarget {
  readonly entrypoint: string;
  readonly props: Readonly<Record<string, string>>;
}

/** A host that runs one Worker and listens on a loopback port of its own. */
export interface RunningHost {
  readonly name: HostName;
  /** Another one after a restart. */
  readonly url: URL;
  /** What happened to an instance of a workflow, a line each; see `workflow-events.ts`. */
  workflowEvents(workflow: string, id: string): Promise<readonly string[]>;
  /** What the host has logged so far, for failure reports. */
  log(): string;
  /** Ends it as a crash would, as far as it can be done, and starts it again on the same storage. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export type HostName = "workerd" | "freehold";

export type StartHost = (worker: WorkerDefinition) => Promise<RunningHost>;

/** Bindings that send e-mail, which every Worker has: as they stand in a configuration. */
export const SEND_EMAIL = [
  { name: "EMAIL" },
  { name: "EMAIL_TO_ONE", destination_address: "one@dest.test" },
  { name: "EMAIL_TO_SOME", allowed_destination_addresses: ["one@dest.test", "two@dest.test"] },
  { name: "EMAIL_FROM_ONE", allowed_sender_addresses: ["one@own.test"] },
  {
    name: "EMAIL_TO_NOBODY",
    allowed_destination_addresses: [] as string[],
    allowed_sender_addresses: ["one@own.test"],
  },
];
