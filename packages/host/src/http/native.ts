/**
 * Node's own classes and functions, taken before {@link installGlobals} replaces some of them.
 * This module MUST be evaluated before that call; nothing else keeps a reference to the originals.
 */
export const NativeRequest = globalThis.Request;
export const NativeResponse = globalThis.Response;
export const NativeWebSocket = globalThis.WebSocket;
export const nativeFetch = globalThis.fetch;

export type NativeRequest = InstanceType<typeof NativeRequest>;
export type NativeResponse = InstanceType<typeof NativeResponse>;
export type BodyInit = ConstructorParameters<typeof NativeResponse>[0];
export type RequestInit = NonNullable<ConstructorParameters<typeof NativeRequest>[1]>;
export type ResponseInit = NonNullable<ConstructorParameters<typeof NativeResponse>[1]>;

/**
 * Gives a class every getter and method of `native` that it does not define itself, working on the
 * native object that `nativeOf` makes.
 */
export function delegateRest(
  target: object,
  native: object,
  nativeOf: (self: object) => object,
): void {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(native))) {
    if (Object.hasOwn(target, name) || name === "constructor") continue;
    if (property.get) {
      Object.defineProperty(target, name, {
        ...property,
        get(this: object): unknown {
          return Reflect.get(nativeOf(this), name);
        },
      });
    } else if (typeof property.value === "function") {
      const method: (...parameters: unknown[]) => unknown = property.value;
      Object.defineProperty(target, name, {
        ...property,
        value(this: object, ...parameters: unknown[]): unknown {
          return Reflect.apply(method, nativeOf(this), parameters);
        },
      });
    }
  }
}

/** Makes `instanceof ours` hold for objects of Node's class too. Subclasses keep the usual meaning. */
export function acceptNative(
  ours: { readonly prototype: object },
  native: { readonly prototype: object },
): void {
  Object.setPrototypeOf(ours.prototype, native.prototype);
  Object.setPrototypeOf(ours, native);
  Object.defineProperty(ours, Symbol.hasInstance, {
    value(this: { readonly prototype: object }, value: unknown): boolean {
      const wanted = this === ours ? native.prototype : this.prototype;
      return (
        typeof value === "object" &&
        value !== null &&
        Object.prototype.isPrototypeOf.call(wanted, value)
      );
    },
  });
}
