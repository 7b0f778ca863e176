import { setFlagsFromString } from "node:v8";

/** So often a function is called before V8 makes its best code of it. V8's own is 3,000. */
const CALLS = 1500;

/**
 * Has V8 make its best code of what is called often, sooner than it would, and nothing in between.
 *
 * A host answers every message by the same few hundred functions, which have met all that they will ever
 * meet long before; by V8's measure it takes 15,000 messages until the last of them is compiled, and until
 * then each costs up to twice as much (docs/design/013). Its middle compiler (Maglev) would make code of a
 * function after 400 calls, to be thrown away after some thousand more: while a host that has just begun
 * wakes its objects, that is a fifth of the CPU, for code that hardly runs (docs/design/014).
 *
 * To be called in a running process: given before it starts, any flag makes V8 refuse the code that Node
 * and earlier starts have kept.
 */
export function compileOnce(): void {
  setFlagsFromString("--no-maglev");
  setFlagsFromString(`--invocation-count-for-turbofan=${CALLS}`);
}
