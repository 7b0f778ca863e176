import type { Binding, WranglerConfig } from "@freehold/host";
import type { VectorIndexes } from "@freehold/vectors";
import type { FreeholdConfig } from "../config.ts";

/** What stands on `env` besides objects and workflows. */
export interface Platform {
  readonly bindings: readonly Binding[];
  /** `undefined` where the Worker has no index. */
  readonly vectors: (() => VectorIndexes) | undefined;
}

/** The parts of the platform that a Worker uses. Those that it does not use are not even loaded. */
export async function platformOf(config: WranglerConfig, own: FreeholdConfig): Promise<Platform> {
  const vectors = await vectorsOf(config, own);
  const models = await modelsOf(config, own);
  return {
    bindings: [...models, ...(vectors?.bindings ?? [])],
    vectors: vectors?.indexes,
  };
}

async function vectorsOf({ vectorize = [] }: WranglerConfig, own: FreeholdConfig) {
  if (vectorize.length === 0) return undefined;
  const { hostVectors } = await import("@freehold/vectors");
  return hostVectors(vectorize, own.vectors);
}

async function modelsOf(config: WranglerConfig, own: FreeholdConfig): Promise<readonly Binding[]> {
  if (config.ai === undefined) return [];
  const { hostAi } = await import("@freehold/ai");
  const { models, gateway } = own;
  return hostAi(config.ai, {
    ...(models && { models }),
    ...(gateway && { gateway }),
    secretOf: secretsOf(config),
  }).bindings;
}

/** Reads `.dev.vars` and the like first, then the environment. */
export function secretsOf({
  secrets = {},
}: Pick<WranglerConfig, "secrets">): (name: string) => string | undefined {
  return (name) => (Object.hasOwn(secrets, name) ? secrets[name] : process.env[name]);
}
