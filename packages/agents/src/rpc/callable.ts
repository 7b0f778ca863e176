/** What `@callable()` says of a method. */
export type CallableMetadata = {
  /** What the method does, for people and models. */
  description?: string;
  /** The method takes a {@link StreamingResponse} first and answers in chunks. */
  streaming?: boolean;
};

type Method = (...args: never[]) => unknown;

const registered = new WeakMap<Method, CallableMetadata>();

/**
 * Lets clients call a method. A subclass that overrides the method has to say so again.
 *
 * @example
 * class Counter extends Agent<Env, { count: number }> {
 *   initialState = { count: 0 };
 *
 *   @callable({ description: "Adds one" })
 *   increment() {
 *     this.setState({ count: this.state.count + 1 });
 *     return this.state.count;
 *   }
 * }
 */
export function callable(metadata: CallableMetadata = {}) {
  return function register<This, Args extends unknown[], Return>(
    target: (this: This, ...args: Args) => Return,
    _context: ClassMethodDecoratorContext,
  ): (this: This, ...args: Args) => Return {
    if (!registered.has(target as Method)) registered.set(target as Method, metadata);
    return target;
  };
}

/** What was said of a method; undefined when clients may not call it. */
function callableMetadata(method: unknown): CallableMetadata | undefined {
  return typeof method === "function" ? registered.get(method as Method) : undefined;
}

/** Lets a wrapper be called by clients exactly as what it wraps. */
export function copyCallableMetadata(source: Method, target: Method): void {
  const metadata = registered.get(source);
  if (metadata) registered.set(target, metadata);
}

/** A method that clients may call. */
export interface CallableMethod {
  readonly run: (this: unknown, ...args: unknown[]) => unknown;
  readonly metadata: CallableMetadata;
}

const tables = new WeakMap<object, ReadonlyMap<string, CallableMethod>>();

/**
 * The methods of a class that clients may call, by name. The nearest declaration decides: an
 * override without the decorator hides the method. Getters are never run.
 */
export function callableMethods(prototype: object): ReadonlyMap<string, CallableMethod> {
  const known = tables.get(prototype);
  if (known) return known;
  const seen = new Set<string>(["constructor"]);
  const table = new Map<string, CallableMethod>();
  for (let at: object | null = prototype; at && at !== Object.prototype; at = parentOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const value: unknown = Object.getOwnPropertyDescriptor(at, name)?.value;
      const metadata = callableMetadata(value);
      if (metadata) table.set(name, { run: value as CallableMethod["run"], metadata });
    }
  }
  tables.set(prototype, table);
  return table;
}

/** Whether an object has a method of this name, callable by clients or not. Getters are not run. */
export function hasMethod(object: object, name: string): boolean {
  for (let at: object | null = object; at; at = parentOf(at)) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor) return typeof descriptor.value === "function";
  }
  return false;
}

function parentOf(object: object): object | null {
  return Object.getPrototypeOf(object) as object | null;
}

let warnedOfOldName = false;

/** @deprecated Renamed to {@link callable}. */
export function unstable_callable(metadata: CallableMetadata = {}) {
  if (!warnedOfOldName) {
    warnedOfOldName = true;
    console.warn("unstable_callable is deprecated; use callable instead");
  }
  return callable(metadata);
}
