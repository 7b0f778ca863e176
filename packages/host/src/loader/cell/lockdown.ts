import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { define } from "../../globals/define.ts";

/**
 * Takes from this process what Node's own permissions leave: the network, and code from strings. Files,
 * other processes, threads, add-ons and the inspector are refused by Node itself, which was started
 * with `--permission`.
 *
 * The handles under Node's sockets lose the methods that reach out, so that no way to a socket, found
 * by whatever path, leads anywhere.
 */
export function lockDown(): void {
  disarmSockets();
  disarmNames();
  refuseCodeFromStrings();
}

const REACHING_OUT = [
  ...["open", "bind", "bind6", "listen", "connect", "connect6"],
  ...["send", "send6", "fchmod", "addMembership", "addSourceSpecificMembership"],
];

function disarmSockets(): void {
  for (const prototype of handlePrototypes()) {
    for (const name of REACHING_OUT) {
      if (!Object.hasOwn(prototype, name)) continue;
      Object.defineProperty(prototype, name, { value: refuse, configurable: false });
    }
  }
  Object.assign(net, { connect: refuse, createConnection: refuse });
  net.Socket.prototype.connect = refuse;
  net.Server.prototype.listen = refuse;
}

/** Of TCP, of pipes and of UDP. Each is made once and ended at once. */
function handlePrototypes(): object[] {
  const tcp = new net.Socket().on("error", ignore);
  tcp.connect(1, "127.0.0.1");
  const pipe = new net.Socket().on("error", ignore);
  pipe.connect("/nowhere");
  const found = [tcp, pipe].map((socket) => {
    const handle: unknown = Reflect.get(socket, "_handle");
    socket.destroy();
    return prototypeOf(handle);
  });
  const udp = dgram.createSocket("udp4");
  const state = Object.getOwnPropertySymbols(udp)
    .map((symbol): unknown => Reflect.get(udp, symbol))
    .find((value): value is object => isObject(value) && isObject(Reflect.get(value, "handle")));
  found.push(prototypeOf(state && Reflect.get(state, "handle")));
  udp.close();
  return found;
}

function prototypeOf(handle: unknown): object {
  if (!isObject(handle)) throw new Error("This version of Node hides the handles of its sockets.");
  return Object.getPrototypeOf(handle) as object;
}

function disarmNames(): void {
  for (const target of [
    dns,
    dns.promises,
    dns.Resolver.prototype,
    dns.promises.Resolver.prototype,
  ]) {
    for (const name of Object.getOwnPropertyNames(target)) {
      if (!/^(?:lookup|resolve|reverse|setServers)/.test(name)) continue;
      Object.defineProperty(target, name, { value: refuse });
    }
  }
  syncBuiltinESMExports();
}

function refuseCodeFromStrings(): void {
  const samples = [
    () => undefined,
    async () => undefined,
    function* sample() {
      yield 0;
    },
    async function* sample() {
      yield 0;
    },
  ];
  for (const sample of samples) {
    const prototype = Object.getPrototypeOf(sample) as { readonly constructor: { name: string } };
    const refusing = function refusing() {
      throw new EvalError("Code generation from strings disallowed for this context");
    };
    define(refusing, "name", prototype.constructor.name);
    refusing.prototype = prototype;
    Object.defineProperty(prototype, "constructor", { value: refusing });
    if (prototype === Function.prototype) define(globalThis, "Function", refusing);
  }
  define(globalThis, "eval", () => {
    throw new EvalError("Code generation from strings disallowed for this context");
  });
}

function refuse(): never {
  throw new Error("Loaded Workers have no access to the network but by fetch.");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function ignore(): void {
  // What it was made for is its handle.
}
