import { objectErrors } from "../contract-errors.ts";
import type { Random } from "../random.ts";
import { createObjectStub } from "../rpc/stub.ts";
import { type DurableObjectId, IdFactory, isObjectId } from "./id.ts";
import type { Directory } from "./object-directory.ts";

/** What a namespace is made of. */
export interface NamespaceParts {
  readonly directory: Pick<Directory, "handle">;
  /** Unique name on this host: `<worker name>-<class name>`. */
  readonly namespace: string;
  readonly className: string;
  readonly random: Random;
}

/** Options of `get`. Only `routingMode` is looked at: one machine has one place. */
export interface GetOptions {
  readonly locationHint?: string;
  readonly routingMode?: "primary-only";
}

/** Longer names lead to their object, which then has none. */
const MAX_NAME_BYTES = 1024;

/**
 * `env.ROOM`: makes ids and stubs of the objects of one class. Contacts no object by itself.
 *
 * @example
 * ```ts
 * const room = env.ROOM.getByName("lobby");
 * await room.join("Ada");
 * ```
 */
export class DurableObjectNamespace {
  readonly #parts: NamespaceParts;
  readonly #ids: IdFactory;

  constructor(parts: NamespaceParts) {
    this.#parts = parts;
    this.#ids = new IdFactory(parts.namespace, parts.random);
  }

  /** @throws TypeError without a name */
  idFromName(...args: [name?: string]): DurableObjectId {
    if (args.length === 0) throw objectErrors.wrongArgument("idFromName", "string");
    return this.#ids.fromName(`${args[0]}`);
  }

  /** @throws TypeError when the text is no id, or belongs to another namespace */
  idFromString(...args: [text?: string]): DurableObjectId {
    if (args.length === 0) throw objectErrors.wrongArgument("idFromString", "string");
    return this.#ids.fromString(`${args[0]}`);
  }

  newUniqueId(_options?: { readonly jurisdiction?: string }): DurableObjectId {
    return this.#ids.unique();
  }

  /**
   * A stub of an object, which is made with the first call on it.
   *
   * @throws TypeError when `id` is no id, or `options` no object
   * @throws RangeError for an unknown `routingMode`
   */
  get(id: DurableObjectId, options?: GetOptions): object {
    if (!isObjectId(id)) throw objectErrors.wrongArgument("get", "DurableObjectId");
    return this.#stub(id, options, "get");
  }

  getByName(...args: [name?: string, options?: GetOptions]): object {
    if (args.length === 0) throw objectErrors.wrongArgument("getByName", "string");
    return this.#stub(this.idFromName(args[0]), args[1], "getByName");
  }

  /** Jurisdictions have no effect on one machine: the same objects under the same ids. */
  jurisdiction(_name?: string): DurableObjectNamespace {
    return new DurableObjectNamespace(this.#parts);
  }

  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }

  #stub(id: DurableObjectId, options: GetOptions | undefined, method: string): object {
    checkOptions(options, method);
    const { directory, namespace, className } = this.#parts;
    const key = { namespace, id: id.toString() };
    // The object itself does not get to know a name that is too long.
    const isKept = id.name === undefined || Buffer.byteLength(id.name) <= MAX_NAME_BYTES;
    const name = isKept ? id.name : undefined;
    return createObjectStub(directory.handle({ key, className, name }), id, id.name);
  }
}

function checkOptions(options: unknown, method: string): void {
  if (options === undefined || options === null) return;
  if (typeof options !== "object" && typeof options !== "function") {
    throw objectErrors.wrongArgument(method, "GetDurableObjectOptions", 2);
  }
  const mode: unknown = Reflect.get(options, "routingMode");
  if (mode !== undefined && mode !== "primary-only") throw objectErrors.unknownRoutingMode(mode);
}
