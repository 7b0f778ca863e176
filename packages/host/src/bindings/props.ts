import { facetErrors, rpcErrors } from "../contract-errors.ts";
import { brands, hasBrand } from "../rpc/brands.ts";
import { NoStubs } from "../rpc/memory.ts";
import { createServiceStub } from "../rpc/stub.ts";
import { stubState } from "../rpc/stub-state.ts";
import { cannotCross, copyValue } from "../rpc/values.ts";

/**
 * The props in what `ctx.exports.Something` is called with. A copy: what the caller changes later does
 * not reach instances.
 *
 * @param type the name of what was called, for the error
 * @throws TypeError for other shapes, DOMException `DataCloneError` for props that cannot be copied
 */
export function propsOf(options: unknown, type: string): object {
  if (typeof options !== "object" || options === null) throw facetErrors.notSpecialised(type);
  const props: unknown = Reflect.get(options, "props");
  if (props === undefined) return {};
  if (typeof props !== "object" || props === null) throw facetErrors.wrongProps();
  return copyProps(props);
}

/** Each instance has props of its own. */
export function copyProps(props: object): object {
  return copyValue(props, crossing) as object;
}

/** Each instance gets props of its own to change. */
export function freshProps(props: object): object {
  return copyValue(props, crossing) as object;
}

/** Props are data, and stubs of services: these hold nothing that would have to be given back. */
class PropsCrossing extends NoStubs {
  override readonly isLenient = false;

  override capability(value: object): unknown {
    if (hasBrand(value, brands.loopback)) throw cannotCross(value);
    if (hasBrand(value, brands.durableObjectClass)) return value;
    const state = stubState(value);
    if (state?.kind === "service") return createServiceStub(state.hook.dup());
    if (typeof value === "function") throw rpcErrors.notCloneable(String(value));
    return super.capability(value);
  }
}

const crossing = new PropsCrossing();
