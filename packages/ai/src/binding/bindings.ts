import { join } from "node:path";
import type { Binding, BindingContext } from "@freehold/host";
import { Gateways } from "../gateway/gateways.ts";
import type { SecretOf } from "../gateway/keys.ts";
import { checkGateways, type GatewaysSettings } from "../gateway/settings.ts";
import { Models } from "../models/models.ts";
import { ownUpstream } from "../models/own-upstream.ts";
import type { ModelSettings } from "../models/settings.ts";
import { Ai } from "./ai.ts";

/** Models and gateways of a project. */
export interface AiSettings {
  readonly models?: ModelSettings;
  readonly gateway?: GatewaysSettings;
  /** Reads a secret or an environment variable. */
  readonly secretOf: SecretOf;
}

/** The models and gateways of one host. */
export interface HostedAi {
  readonly bindings: readonly Binding[];
}

const FOLDER = "gateway";

/**
 * `env.AI` of a host.
 *
 * @param name the property of `env`
 * @example
 * ```ts
 * const ai = hostAi("AI", { secretOf: (name) => process.env[name] });
 * const host = await createHost({ ...options, bindings: ai.bindings });
 * ```
 */
export function hostAi(name: string, settings: AiSettings): HostedAi {
  let opened: { readonly models: Models; readonly gateways: () => Gateways } | undefined;
  let made: Gateways | undefined;
  const open = (context: BindingContext) => {
    opened ??= openAi(context, settings, (gateways) => {
      made = gateways;
    });
    return opened;
  };
  const binding: Binding = {
    name,
    create: (context) => {
      const { models, gateways } = open(context);
      return new Ai(models, gateways, context);
    },
    close: async () => {
      await made?.close();
      await opened?.models.close();
    },
  };
  return { bindings: [binding] };
}

/**
 * Models and the gateways in front of them; gateways are made when one is first used.
 *
 * @throws FreeholdError `AI_CONFIG_INVALID`
 */
export function openAi(
  {
    clock,
    random,
    log,
    dataDirectory,
  }: Pick<BindingContext, "clock" | "dataDirectory" | "log" | "random">,
  { models: modelSettings = {}, gateway = {}, secretOf }: AiSettings,
  onGateways: (gateways: Gateways) => void = () => undefined,
): { readonly models: Models; readonly gateways: () => Gateways } {
  checkGateways(gateway);
  const local = async () => {
    const { localRunner } = await import("../local/runner.ts");
    return localRunner(modelSettings.local ?? {}, { clock, random, log });
  };
  const models = new Models({ settings: modelSettings, secretOf, clock, random, local });
  let gateways: Gateways | undefined;
  return {
    models,
    gateways: () => {
      if (gateways !== undefined) return gateways;
      const folder = join(dataDirectory, FOLDER);
      const own = ownUpstream(models);
      gateways = new Gateways({ settings: gateway, folder, clock, random, log, secretOf, own });
      onGateways(gateways);
      return gateways;
    },
  };
}
