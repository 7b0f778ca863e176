import { type Facts, holds } from "./condition.ts";

/**
 * A dynamic route: elements that lead to each other, from `start` to models. Source: `platform.md` 4.3.
 *
 * @example
 * ```ts
 * const route: Route = {
 *   elements: [
 *     { id: "start", type: "start", outputs: { next: { elementId: "plan" } } },
 *     {
 *       id: "plan",
 *       type: "conditional",
 *       properties: { condition: { "metadata.plan": "pro" } },
 *       outputs: { true: { elementId: "large" }, false: { elementId: "small" } },
 *     },
 *     {
 *       id: "large",
 *       type: "model",
 *       properties: { provider: "anthropic", model: "claude-sonnet-5" },
 *       outputs: { fallback: { elementId: "small" } },
 *     },
 *     { id: "small", type: "model", properties: { provider: "openai", model: "gpt-5-mini" } },
 *   ],
 * };
 * ```
 */
export interface Route {
  readonly elements: readonly RouteElement[];
}

type Outputs = Readonly<Record<string, { readonly elementId: string }>>;

export type RouteElement =
  | { readonly id: string; readonly type: "start" | "end"; readonly outputs?: Outputs }
  | {
      readonly id: string;
      readonly type: "conditional";
      readonly properties: { readonly condition: unknown };
      readonly outputs: Outputs;
    }
  | {
      readonly id: string;
      readonly type: "percentage";
      /** Such as `"10%"`, and `else`. */
      readonly outputs: Outputs;
    }
  | {
      readonly id: string;
      readonly type: "rate_limit";
      readonly properties: {
        readonly limitType: "count" | "cost";
        /** What is counted apart, such as `metadata.user`; absent: everything together. */
        readonly key?: string;
        readonly limit: number;
        /** In seconds. */
        readonly interval: number;
        readonly technique?: "fixed" | "sliding";
      };
      readonly outputs: Outputs;
    }
  | ModelElement;

export interface ModelElement {
  readonly id: string;
  readonly type: "model";
  readonly properties: {
    readonly provider: string;
    readonly model: string;
    /** In ms. */
    readonly timeout?: number;
    readonly retries?: number;
  };
  readonly outputs?: Outputs;
}

type LimitElement = Extract<RouteElement, { type: "rate_limit" }>;

/** What a walk asks of the world. */
export interface Walk {
  readonly facts: Facts;
  /** A number in [0, 1). */
  readonly chance: () => number;
  /** Counts one more, and tells whether it is still within. */
  readonly mayPass: (element: LimitElement) => boolean;
}

/** A route that goes round for ever ends here. */
const MOST_STEPS = 100;

/** The model that a route comes to from its start, or after a model that failed. */
export function nextModel(
  route: Route,
  walk: Walk,
  failed?: ModelElement,
): ModelElement | undefined {
  const byId = new Map(route.elements.map((element) => [element.id, element]));
  let at: RouteElement | undefined =
    failed === undefined
      ? route.elements.find(({ type }) => type === "start")
      : byId.get(failed.outputs?.fallback?.elementId ?? "");
  for (let step = 0; at !== undefined && step < MOST_STEPS; step++) {
    if (at.type === "model") return at;
    if (at.type === "end") return undefined;
    at = byId.get(at.outputs?.[outputOf(at, walk)]?.elementId ?? "");
  }
  return undefined;
}

function outputOf(element: Exclude<RouteElement, ModelElement>, walk: Walk): string {
  switch (element.type) {
    case "conditional":
      return String(holds(element.properties.condition, walk.facts));
    case "percentage":
      return shareOf(Object.keys(element.outputs), walk.chance());
    case "rate_limit":
      return walk.mayPass(element) ? "success" : "fallback";
    default:
      return "next";
  }
}

function shareOf(outputs: readonly string[], chance: number): string {
  let upTo = 0;
  for (const output of outputs) {
    const share = /^(\d+(?:\.\d+)?)%$/.exec(output)?.[1];
    if (share === undefined) continue;
    upTo += Number(share) / 100;
    if (chance < upTo) return output;
  }
  return "else";
}
