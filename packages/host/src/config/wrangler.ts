/** The fields of `wrangler.jsonc` that the host uses, validated and with defaults filled in. */
export interface WranglerConfig {
  readonly name: string;
  /** Absolute path of the Worker's entry. */
  readonly main: string | undefined;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly durableObjects: readonly DurableObjectBinding[];
  /** Classes with durable storage, from `migrations` and `exports`. */
  readonly durableClasses: readonly string[];
  /** The history of the classes, oldest first. Default none. */
  readonly migrations?: readonly MigrationStep[];
  /** What `exports` says of classes. Default nothing. */
  readonly declaredClasses?: readonly ClassDeclaration[];
  /** When `scheduled` runs: patterns of five fields, in UTC. Default never. */
  readonly crons?: readonly string[];
  /** Bindings to Workers. A host runs one; others answer with an error. Default none. */
  readonly services?: readonly ServiceBinding[];
  /** Workflows of the Worker. Default none. */
  readonly workflows?: readonly WorkflowConfig[];
  /** Names of bindings that run code which the program brings along. Default none. */
  readonly workerLoaders?: readonly string[];
  /** Bindings that send e-mail. Default none. */
  readonly sendEmail?: readonly SendEmailConfig[];
  /** Bindings to vector indexes. Default none. */
  readonly vectorize?: readonly VectorizeConfig[];
  /** The property of `env` where models are. Default none. */
  readonly ai?: string;
  readonly vars: Readonly<Record<string, unknown>>;
  /** From `.dev.vars` and its kin. They stand on `env` before `vars` of the same name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Default none. */
  readonly dev?: DevelopmentConfig;
  readonly assets: AssetsConfig | undefined;
}

/** Where a development server listens, unless it is told otherwise. */
export interface DevelopmentConfig {
  readonly ip?: string;
  readonly port?: number;
}

export interface DurableObjectBinding {
  readonly name: string;
  readonly className: string;
}

/** A workflow: what stands on `env`, and the class that it runs. */
export interface WorkflowConfig {
  /** The property of `env`. */
  readonly binding: string;
  /** The workflow's own name, under which its instances live. */
  readonly name: string;
  readonly className: string;
  /** How many steps an instance may have. Default 10,000. */
  readonly stepLimit?: number;
  /** How many instances may run at a time; those beyond wait. Default 50,000. */
  readonly concurrency?: number;
  /** When an instance is made: patterns of five fields, in UTC. Default never. */
  readonly schedules?: readonly string[];
}

/** A binding to a vector index. */
export interface VectorizeConfig {
  /** The property of `env`. */
  readonly binding: string;
  readonly indexName: string;
}

/** A binding that sends e-mail, and whom it may send from and to. Addresses are compared as text. */
export interface SendEmailConfig {
  /** The property of `env`. */
  readonly name: string;
  /** The only recipient, and the one of a message that names none. */
  readonly destinationAddress?: string;
  /** Default everybody. */
  readonly allowedDestinationAddresses?: readonly string[];
  /** Default everybody. */
  readonly allowedSenderAddresses?: readonly string[];
}

export interface ServiceBinding {
  readonly name: string;
  /** The name of a Worker. */
  readonly service: string;
  /** Default `default`. */
  readonly entrypoint?: string;
  /** `ctx.props` of the entrypoint. Default none. */
  readonly props?: object;
}

/** What a class keeps its data in: `sqlite`, or `key-value` (no SQL), fixed for the class's life. */
export type ClassStorage = "sqlite" | "key-value";

export interface CreatedClass {
  readonly className: string;
  readonly storage: ClassStorage;
}

/** A step in the history of the classes: applied once to a data directory. */
export interface MigrationStep {
  readonly tag: string;
  readonly created: readonly CreatedClass[];
  /** Objects keep their ids, names, data and alarms. */
  readonly renamed: readonly { readonly from: string; readonly to: string }[];
  /** All objects of the class are erased. */
  readonly deleted: readonly string[];
}

/** What should be true of a class. */
export type ClassDeclaration =
  | ({ readonly state: "created" } & CreatedClass)
  | { readonly state: "deleted"; readonly className: string }
  | { readonly state: "renamed"; readonly className: string; readonly to: string };

export type HtmlHandling =
  | "auto-trailing-slash"
  | "force-trailing-slash"
  | "drop-trailing-slash"
  | "none";

export interface AssetsConfig {
  /** Absolute path. Absent when a bundler's output takes its place. */
  readonly directory: string | undefined;
  readonly binding: string | undefined;
  /** Default `auto-trailing-slash`. */
  readonly htmlHandling?: HtmlHandling;
  readonly notFoundHandling: "none" | "single-page-application" | "404-page";
  /** `true`, or patterns of paths; `*` matches anything and a leading `!` excludes. */
  readonly runWorkerFirst: boolean | readonly string[];
}
