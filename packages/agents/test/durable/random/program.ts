/** A program as data: made at random, run as a task and by a simple interpreter. */
export type Node =
  | {
      readonly kind: "do";
      /** So many attempts fail before one succeeds; `limit` or more means that the step fails. */
      readonly fails: number;
      readonly limit: number;
      readonly delayMs: number;
      readonly backoff: "constant" | "linear" | "exponential";
      /** How long its code takes. */
      readonly tookMs: number;
      /** Whether a failure is one that no other attempt can help. */
      readonly isFinal: boolean;
    }
  | { readonly kind: "sleep"; readonly ms: number }
  | { readonly kind: "status" }
  | { readonly kind: "sequence" | "parallel"; readonly parts: readonly Node[] }
  | { readonly kind: "caught"; readonly part: Node }
  | { readonly kind: "throw" };

/** What a program comes to. */
export type Outcome = { readonly result: unknown } | { readonly error: string };

/** What a program comes to where nothing takes time, nothing crashes and nothing is replayed. */
function interpret(node: Node, path = "p"): unknown {
  switch (node.kind) {
    case "do":
      if (node.fails >= (node.isFinal ? 1 : node.limit)) throw new Error(`${path} failed`);
      return `${path} done`;
    case "sleep":
      return `${path} slept`;
    case "status":
      return `${path} shown`;
    case "sequence":
      return node.parts.map((part, index) => interpret(part, `${path}.${index}`));
    case "parallel": {
      const ends = node.parts.map((part, index) => outcomeOf(part, `${path}.${index}`));
      for (const end of ends) if ("error" in end) throw new Error(end.error);
      return ends.map((end) => "result" in end && end.result);
    }
    case "caught": {
      const end = outcomeOf(node.part, `${path}.c`);
      return "error" in end ? `caught ${end.error}` : end.result;
    }
    case "throw":
      throw new Error(`${path} threw`);
  }
}

export function outcomeOf(node: Node, path?: string): Outcome {
  try {
    return { result: interpret(node, path) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** What steps do to the world: how often the code of each came to its end, well or not. */
export class World {
  readonly done = new Map<string, number>();
  readonly failed = new Map<string, number>();

  /** Whether this attempt of a step fails. */
  attempt(path: string, fails: number): boolean {
    const failures = this.failed.get(path) ?? 0;
    if (failures < fails) this.failed.set(path, failures + 1);
    else this.done.set(path, (this.done.get(path) ?? 0) + 1);
    return failures < fails;
  }
}

/** The effects of each run, by its id; they outlive the object. */
export const worlds = new Map<string, World>();
