import { deliveredRequest } from "../http/request.ts";
import { outAndBack, send } from "../rpc/exchange.ts";
import type { Hook } from "../rpc/hook.ts";
import type { Received } from "../rpc/local.ts";
import type { Activation } from "./activation.ts";
import type { Handler } from "./delivery.ts";
import type { ObjectAddress, ObjectHandle, RpcCall } from "./directory.ts";
import type { Bond, Entry } from "./entry.ts";
import { runCall, runFetch } from "./events.ts";
import type { Directory } from "./object-directory.ts";
import { resetError, throwAsRemote } from "./reset.ts";

/**
 * One object as its callers hold it, and the other end of its stubs. Calls start in the order in
 * which they were made. Once the object was reset under it, every call fails with that reset.
 */
export class DirectoryHandle implements ObjectHandle, Hook {
  readonly #directory: Directory;
  readonly #address: ObjectAddress;
  #entry: Entry | undefined;
  #bond: Bond | undefined;

  constructor(directory: Directory, address: ObjectAddress) {
    this.#directory = directory;
    this.#address = address;
  }

  get directory(): Directory {
    return this.#directory;
  }

  get address(): ObjectAddress {
    return this.#address;
  }

  /** Runs work of the host inside the object, as one of its events. */
  run<T>(work: Handler<T>): Promise<T> {
    return this.#reach((to) => to.deliver(work));
  }

  fetch(request: Request): Promise<Response> {
    const delivered = deliveredRequest(request);
    return outAndBack(() =>
      this.#reach((to) => to.receive((origin) => runFetch(origin, delivered)).catch(throwAsRemote)),
    );
  }

  rpc({ path, args }: RpcCall): Promise<unknown> {
    return this.call(path, args);
  }

  call(path: readonly string[], args: readonly unknown[] | undefined): Promise<unknown> {
    return send(args, (received) => this.#receive(path, received));
  }

  /** Stubs of objects are not counted: an object is not kept in memory by those who know it. */
  dup(): Hook {
    return this;
  }

  dispose(): void {
    // Nothing is held.
  }

  #receive(path: readonly string[], received: Received): Promise<unknown> {
    const { id } = this.#address.key;
    return this.#reach((to) =>
      to.receive((origin) => runCall(origin, path, received, id), received.bytes),
    );
  }

  #reach<T>(start: (activation: Activation) => Promise<T>): Promise<T> {
    try {
      const entry = this.#bind();
      const broken = this.#bond?.broken;
      if (broken !== undefined) return Promise.reject(resetError(broken));
      return start(this.#directory.activate(entry));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #bind(): Entry {
    let entry = this.#entry;
    if (entry === undefined || entry.isGone) {
      const { key, className, name } = this.#address;
      entry = this.#directory.entry(key, className, name);
      this.#entry = entry;
      if (this.#bond?.broken === undefined) this.#bond = entry.bond;
    }
    return entry;
  }
}
