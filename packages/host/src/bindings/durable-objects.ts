import type { ForeignClass } from "../facets/foreign.ts";
import { DurableObjectNamespace, type NamespaceParts } from "../objects/namespace.ts";
import { brands } from "../rpc/brands.ts";
import { propsOf } from "./props.ts";

/** Marks what `ctx.exports` offers for a class, and leads to the class's name. */
const OBJECT_CLASS = brands.durableObjectClass;

/** A class of the Worker, with the `ctx.props` of its instances. */
interface PropertiedClass {
  readonly className: string;
  readonly props: object;
  /** Where it runs, when that is not here. */
  readonly foreign?: ForeignClass;
}

/** The class that a value from `ctx.exports` stands for; `undefined` for other values. */
export function objectClassOf(value: unknown): PropertiedClass | undefined {
  if ((typeof value !== "function" && typeof value !== "object") || value === null) {
    return undefined;
  }
  const found: unknown = Reflect.get(value, OBJECT_CLASS);
  return typeof found === "object" ? (found as PropertiedClass | undefined) : undefined;
}

/** The Durable Object namespace binding: `env.ROOM`. */
export function durableObjectBinding(parts: NamespaceParts): DurableObjectNamespace {
  return new DurableObjectNamespace(parts);
}

/** Its own class only for its name, which test tools look at. */
class LoopbackDurableObjectNamespace extends DurableObjectNamespace {}

/** A class that runs elsewhere, for `facets.get`. */
export function foreignClass(className: string, props: object, foreign: ForeignClass): object {
  return specialised({ className, props, foreign });
}

/** A class without storage of its own: good for facets only. */
class LoopbackDurableObjectClass {}

/**
 * What `ctx.exports` offers for a class that extends `DurableObject`: callable, to specialise it with
 * `props`, and a namespace when the class has durable storage.
 *
 * @param parts absent when the class is in no migration and no binding
 */
export function loopbackClass(className: string, parts: NamespaceParts | undefined): object {
  const namespace = parts === undefined ? undefined : new LoopbackDurableObjectNamespace(parts);
  const face = namespace ?? new LoopbackDurableObjectClass();
  const plain: PropertiedClass = { className, props: {} };
  const target = (options?: unknown) =>
    specialised({ className, props: propsOf(options, face.constructor.name) });
  return new Proxy(target, {
    get(_target, key) {
      if (key === OBJECT_CLASS) return plain;
      if (key === brands.loopback) return face.constructor.name;
      const value: unknown = Reflect.get(face, key);
      return typeof value === "function" && key !== "constructor" ? value.bind(face) : value;
    },
    has: (_target, key) => key === OBJECT_CLASS || key === brands.loopback || key in face,
    ownKeys: () => [],
    getOwnPropertyDescriptor: () => undefined,
    getPrototypeOf: () => Object.getPrototypeOf(face) as object,
  });
}

/** A class with `props`, for `facets.get`. It can be handed on. */
class DurableObjectClass {
  get [Symbol.toStringTag](): string {
    return "DurableObjectClass";
  }
}

function specialised(found: PropertiedClass): object {
  return Object.defineProperty(new DurableObjectClass(), OBJECT_CLASS, { value: found });
}
