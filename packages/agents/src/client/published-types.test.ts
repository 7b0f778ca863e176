import type * as theirs from "agents/client";
import { describe, expectTypeOf, it } from "vitest";
import type { StreamingResponse } from "../rpc/streaming.ts";
import type * as ours from "./index.ts";

type Node = { value: number; next?: Node };
type Colour = "red" | "green";
type Branded = string & { readonly brand: unique symbol };

/** A method of every kind that the types treat in their own way. */
interface Everything {
  nothing(): void;
  asynchronous(): Promise<string>;
  asynchronousNothing(): Promise<void>;
  unknown(): unknown;
  asynchronousUnknown(): Promise<unknown>;
  never(): never;
  // biome-ignore lint/suspicious/noExplicitAny: what `any` does is compared here
  any(value: any): any;
  optional(a?: number, b?: string): number;
  orUndefined(a: number | undefined): number;
  rest(...values: number[]): number;
  mixed(a: string, ...rest: boolean[]): void;
  nested(value: { a: { b: { c: string[] } } }): { list: { n: number }[] };
  recursive(node: Node): Node;
  tuple(pair: readonly [number, string]): [number, string];
  union(value: string | { id: number } | null): string | undefined;
  colour(colour: Colour): Colour;
  branded(id: Branded): Branded;
  record(map: Record<string, number>): Record<string, unknown>;
  anything(value: unknown): string;
  json(value: object): string;
  generic<T extends { id: string }>(value: T): T;
  literal(kind: "a" | "b"): 1 | 2;
  takesDate(when: Date): number;
  takesOptionalDate(when?: Date): number;
  takesNestedDate(value: { when: Date }): number;
  givesDate(): Date;
  givesPromisedDate(): Promise<Date>;
  givesNestedMap(): { map: Map<string, number> };
  takesFunction(run: () => void): void;
  takesAnyFunction(run: (...args: never[]) => unknown): void;
  takesSymbol(value: symbol): void;
  takesBigint(value: bigint): void;
  takesError(value: Error): void;
  takesRegExp(value: RegExp): void;
  takesMap(value: Map<string, string>): void;
  takesSet(value: Set<string>): void;
  takesWeakMap(value: WeakMap<object, string>): void;
  takesBytes(value: Uint8Array): void;
  takesBuffer(value: ArrayBuffer): void;
  takesView(value: DataView): void;
  takesMethods(value: { run(): void }): void;
  takesClass(value: new () => object): void;
  givesBytes(): Uint8Array;
  givesFunction(): () => void;
  streaming(stream: StreamingResponse, to: number): Promise<void>;
  streamingDate(stream: StreamingResponse): Date;
  streamingTakesDate(stream: StreamingResponse, when: Date): void;
  streamingOptional(stream: StreamingResponse, to?: number): void;
  readonly property: string;
  readonly state: { n: number };
}

/** The published `StreamingResponse` is another class; its methods are compared without it. */
type Plain = Omit<Everything, `streaming${string}`>;

describe("types compared with the published client's", () => {
  it("find the same methods, with the same signatures", () => {
    expectTypeOf<keyof ours.RPCMethods<Plain>>().toEqualTypeOf<keyof theirs.RPCMethods<Plain>>();
    expectTypeOf<ours.RPCMethods<Plain>>().toEqualTypeOf<theirs.RPCMethods<Plain>>();
    expectTypeOf<ours.AgentMethods<Plain>>().toEqualTypeOf<theirs.AgentMethods<Plain>>();
    expectTypeOf<ours.AgentStub<Plain>>().toEqualTypeOf<theirs.AgentStub<Plain>>();
    expectTypeOf<ours.OptionalAgentMethods<Plain>>().toEqualTypeOf<
      theirs.OptionalAgentMethods<Plain>
    >();
    expectTypeOf<ours.RequiredAgentMethods<Plain>>().toEqualTypeOf<
      theirs.RequiredAgentMethods<Plain>
    >();
    expectTypeOf<ours.UntypedAgentStub>().toEqualTypeOf<theirs.UntypedAgentStub>();
  });

  it("name what is callable", () => {
    type Callable = Exclude<keyof ours.AgentMethods<Everything>, "any" | "generic" | "never">;
    expectTypeOf<Callable>().toEqualTypeOf<
      | "nothing"
      | "asynchronous"
      | "asynchronousNothing"
      | "unknown"
      | "asynchronousUnknown"
      | "optional"
      | "orUndefined"
      | "rest"
      | "mixed"
      | "nested"
      | "recursive"
      | "tuple"
      | "union"
      | "colour"
      | "branded"
      | "record"
      | "anything"
      | "json"
      | "literal"
      // An optional parameter is not looked into, as in the published types.
      | "takesOptionalDate"
      | "streaming"
      | "streamingDate"
      | "streamingOptional"
    >();
  });

  it("give a client the same members", () => {
    type Ours = ours.AgentClient<Plain>;
    type Theirs = theirs.AgentClient<Plain>;
    expectTypeOf<Ours["stub"]>().toEqualTypeOf<Theirs["stub"]>();
    expectTypeOf<Ours["state"]>().toEqualTypeOf<Theirs["state"]>();
    expectTypeOf<Ours["ready"]>().toEqualTypeOf<Theirs["ready"]>();
    expectTypeOf<Ours["setState"]>().toEqualTypeOf<Theirs["setState"]>();
    expectTypeOf<ours.AgentClient["call"]>().toEqualTypeOf<theirs.AgentClient["call"]>();
    expectTypeOf<ours.AgentClient["stub"]>().toEqualTypeOf<theirs.AgentClient["stub"]>();
    expectTypeOf<ours.AgentClient["state"]>().toEqualTypeOf<theirs.AgentClient["state"]>();
    type State = { n: number };
    expectTypeOf<ours.AgentClient<State>["state"]>().toEqualTypeOf<
      theirs.AgentClient<State>["state"]
    >();
    expectTypeOf<ours.AgentClient<unknown, State>["setState"]>().toEqualTypeOf<
      theirs.AgentClient<unknown, State>["setState"]
    >();
    expectTypeOf<
      Exclude<keyof theirs.AgentClient, keyof ours.AgentClient>
    >().toEqualTypeOf<never>();
  });

  it("take every option that the published client takes", () => {
    type Theirs = theirs.AgentClientOptions<{ n: number }>;
    type Ours = ours.AgentClientOptions<{ n: number }>;
    expectTypeOf<Exclude<keyof Theirs, keyof Ours>>().toEqualTypeOf<never>();
    expectTypeOf<Theirs>().toExtend<Ours>();
    expectTypeOf<ours.AgentClientFetchOptions>().toEqualTypeOf<theirs.AgentClientFetchOptions>();
    expectTypeOf<ours.CallOptions>().toEqualTypeOf<theirs.CallOptions>();
    expectTypeOf<ours.StreamOptions>().toEqualTypeOf<theirs.StreamOptions>();
    expectTypeOf<ours.AgentTransport>().toEqualTypeOf<theirs.AgentTransport>();
  });

  it("have the published functions", () => {
    expectTypeOf<typeof ours.splitCallOptions>().toEqualTypeOf<typeof theirs.splitCallOptions>();
    expectTypeOf<typeof ours.createStubProxy>().toEqualTypeOf<typeof theirs.createStubProxy>();
    expectTypeOf<typeof ours.createCloseClassifier>().toEqualTypeOf<
      typeof theirs.createCloseClassifier
    >();
    expectTypeOf<typeof ours.agentFetch>().toEqualTypeOf<typeof theirs.agentFetch>();
    expectTypeOf<typeof ours.isTerminalCloseEvent>().toExtend<typeof theirs.isTerminalCloseEvent>();
    expectTypeOf<Exclude<keyof typeof theirs, keyof typeof ours>>().toEqualTypeOf<never>();
    type Queue = InstanceType<typeof ours.NativeCallQueue>;
    expectTypeOf<Queue["enqueue"]>().toEqualTypeOf<theirs.NativeCallQueue["enqueue"]>();
    expectTypeOf<Parameters<typeof ours.nativeCall>[3]>().toEqualTypeOf<
      Parameters<typeof theirs.nativeCall>[3]
    >();
    expectTypeOf<ours.AgentConnectionError>().toExtend<theirs.AgentConnectionError>();
  });
});
