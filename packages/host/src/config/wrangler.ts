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
  readonly vars: Readonly<Record<string, unknown>>;
  /** From `.dev.vars` and its kin. They stand on `env` before `vars` of the same name. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly assets: AssetsConfig | undefined;
}

export interface DurableObjectBinding {
  readonly name: string;
  readonly className: string;
}

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
