import { describe, expect, it } from "vitest";
import { holds } from "./condition.ts";
import { nextModel, type Route, type RouteElement } from "./route.ts";

/** Dynamic routes apart from any request. Source: `platform.md` 4.3. */

const to = (elementId: string) => ({ elementId });
const start: RouteElement = { id: "start", type: "start", outputs: { next: to("next") } };
const modelOf = (name: string, fallback?: string): RouteElement => ({
  ...{ id: name, type: "model", properties: { provider: "openai", model: name } },
  ...(fallback !== undefined && { outputs: { fallback: to(fallback) } }),
});
const walk = { facts: {}, chance: () => 0, mayPass: () => true };

describe("nextModel", () => {
  it.each([
    [0, "a"],
    [0.09, "a"],
    [0.1, "b"],
    [0.39, "b"],
    [0.4, "c"],
    [0.999, "c"],
  ])("shares by percentage: %d comes to %s", (chance, model) => {
    const outputs = { "10%": to("a"), "30%": to("b"), else: to("c") };
    const route: Route = {
      elements: [
        start,
        { id: "next", type: "percentage", outputs },
        ...["a", "b", "c"].map((name) => modelOf(name)),
      ],
    };
    expect(nextModel(route, { ...walk, chance: () => chance })?.id).toBe(model);
  });

  it("leads nowhere where no share is left, at an end, in a ring and without a start", () => {
    const share: RouteElement = { id: "next", type: "percentage", outputs: { "10%": to("a") } };
    const end: RouteElement = { id: "next", type: "end" };
    const ring: RouteElement = {
      ...{ id: "next", type: "conditional", properties: { condition: {} } },
      outputs: { true: to("next"), false: to("a") },
    };
    for (const element of [share, end, ring]) {
      const route = { elements: [start, element, modelOf("a")] };
      expect(nextModel(route, { ...walk, chance: () => 0.5 })).toBeUndefined();
    }
    expect(nextModel({ elements: [modelOf("a")] }, walk)).toBeUndefined();
  });

  it("goes from a model that failed to its fallback, through other elements if need be", () => {
    const limit: RouteElement = {
      ...{ id: "limit", type: "rate_limit" },
      properties: { limitType: "count", limit: 1, interval: 60 },
      outputs: { success: to("b"), fallback: to("c") },
    };
    const first = modelOf("next", "limit");
    const route = { elements: [start, first, limit, modelOf("b"), modelOf("c")] };
    const failed = nextModel(route, walk);
    expect(failed?.id).toBe("next");
    expect(nextModel(route, walk, failed)?.id).toBe("b");
    expect(nextModel(route, { ...walk, mayPass: () => false }, failed)?.id).toBe("c");
    const last = nextModel(route, walk, failed);
    expect(nextModel(route, walk, last)).toBeUndefined();
  });
});

describe("holds", () => {
  const facts = {
    metadata: { plan: "pro", age: 30 },
    body: { model: "small", max_tokens: 10, stream: true },
    headers: { "x-tier": "gold" },
  };
  it.each<[object, boolean]>([
    [{ "metadata.plan": "pro" }, true],
    [{ "metadata.plan": "free" }, false],
    [{ "metadata.plan": { $eq: "pro" } }, true],
    [{ "metadata.plan": { $ne: "pro" } }, false],
    [{ "metadata.none": { $ne: "pro" } }, true],
    [{ "metadata.age": { $gt: 30 } }, false],
    [{ "metadata.age": { $gte: 30, $lt: 31 } }, true],
    [{ "metadata.age": { $lte: 29 } }, false],
    [{ "metadata.plan": { $gt: "a" } }, true],
    [{ "metadata.plan": { $gt: 1 } }, false],
    [{ "metadata.plan": { $in: ["free", "pro"] } }, true],
    [{ "metadata.plan": { $nin: ["free", "pro"] } }, false],
    [{ "metadata.none": { $exists: false } }, true],
    [{ "body.stream": { $exists: true } }, true],
    [{ "body.max_tokens": 10, "headers.x-tier": "gold" }, true],
    [{ $and: [{ "body.model": "small" }, { "headers.x-tier": "silver" }] }, false],
    [{ $or: [{ "body.model": "large" }, { "headers.x-tier": "gold" }] }, true],
    [{ $not: { "metadata.plan": "pro" } }, false],
    [{ "metadata.plan": { $like: "p" } }, false],
    [{ "metadata.__proto__": { $exists: true } }, false],
  ])("says of %j: %s", (condition, is) => {
    expect(holds(condition, facts)).toBe(is);
  });

  it.each([null, "x", [1]])("understands no %j", (condition) => {
    expect(holds(condition, facts)).toBe(false);
  });
});
