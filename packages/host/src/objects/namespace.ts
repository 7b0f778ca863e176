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
  idFromName(name: string): DurableObjectId {
    if (name === undefined) throw objectErrors.wrongArgument("idFromName", "string");
    return this.#ids.fromName(String(name));
  }

  /** @throws TypeError when the text is no id, or belongs to another namespace */
  idFromString(text: string): DurableObjectId {
    return this.#ids.fromString(String(text));
  }

  newUniqueId(_options?: { readonly jurisdiction?: string }): DurableObjectId {
    return this.#ids.unique();
  }

  /**
   * A stub of an object, which is made with the first call on it.
   *
   * @throws TypeError when `id` is no id
   * @throws RangeError for an unknown `routingMode`
   */
  get(id: DurableObjectId, options?: GetOptions): object {
    if (!isObjectId(id)) throw objectErrors.wrongArgument("get", "DurableObjectId");
    const mode: unknown = options?.routingMode;
    if (mode !== undefined && mode !== "primary-only") throw objectErrors.unknownRoutingMode(mode);
    const { directory, namespace, className } = this.#parts;
    const key = { namespace, id: id.toString() };
    return createObjectStub(directory.handle({ key, className, name: id.name }), id, id.name);
  }

  getByName(name: string, options?: GetOptions): object {
    if (name === undefined) throw objectErrors.wrongArgument("getByName", "string");
    return this.get(this.idFromName(name), options);
  }

  /** Jurisdictions have no effect on one machine: the same objects under the same ids. */
  jurisdiction(_name?: string): DurableObjectNamespace {
    return new DurableObjectNamespace(this.#parts);
  }

  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }
}
