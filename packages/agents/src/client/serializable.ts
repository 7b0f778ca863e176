/**
 * Which values cross the wire, in types: methods whose parameters and results survive JSON are
 * callable from a client, others vanish from its stub.
 *
 * @module
 */

import type { StreamingResponse } from "../rpc/streaming.ts";

type SerializablePrimitive = undefined | null | string | number | boolean;

type NonSerializable =
  | ((...args: never) => unknown)
  | (abstract new (
      ...args: never
    ) => unknown)
  | symbol
  | bigint
  | Date
  | RegExp
  | Map<unknown, unknown>
  | Set<unknown>
  | WeakMap<object, unknown>
  | WeakSet<object>
  | Error
  | ArrayBuffer
  | SharedArrayBuffer
  | ArrayBufferView;

/** Values that JSON carries unchanged. */
export type SerializableValue =
  | SerializablePrimitive
  | { [key: string]: SerializableValue }
  | SerializableValue[];

/** What a callable method may return. */
export type SerializableReturnValue =
  | SerializableValue
  | void
  | Promise<SerializableValue>
  | Promise<void>;

/** Any method. The parameters are `never` so that every function type is assignable. */
export type Method = (...args: never[]) => unknown;

type TenDeep = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/** Whether `T` survives JSON. Types deeper than ten levels, and recursive ones, count as yes. */
type Survives<T, Seen = never, Depth extends 0[] = []> = Depth["length"] extends TenDeep["length"]
  ? true
  : T extends Seen | SerializablePrimitive
    ? true
    : T extends NonSerializable
      ? false
      : T extends readonly (infer Item)[]
        ? Survives<Item, Seen | T, [0, ...Depth]>
        : T extends object
          ? unknown extends T
            ? true
            : { [K in keyof T]: Survives<T[K], Seen | T, [0, ...Depth]> } extends {
                  [K in keyof T]: true;
                }
              ? true
              : false
          : true;

type EachSurvives<Args> = Args extends [infer First, ...infer Rest]
  ? Survives<First> extends true
    ? EachSurvives<Rest>
    : false
  : true;

type ResultSurvives<T> = T extends void
  ? true
  : T extends Promise<infer Value>
    ? Survives<Value>
    : Survives<T>;

type IsUnknown<T> = [unknown] extends [T] ? ([T] extends [unknown] ? true : false) : false;
type Awaitable<T> = T extends Promise<infer Value> ? Value : T;

/** The parameters a client passes: a leading `StreamingResponse` is the server's own. */
export type ClientParameters<T = Method> = T extends (...args: infer Args) => unknown
  ? Args extends [StreamingResponse, ...infer Rest]
    ? Rest
    : Args
  : never;

/** `T` if a client can call it, else `never`. */
export type RPCMethod<T = Method> = T extends Method
  ? T extends (...args: infer Args) => infer Result
    ? EachSurvives<ClientParameters<T>> extends true
      ? Args extends [StreamingResponse, ...unknown[]]
        ? T
        : ResultSurvives<Result> extends true
          ? T
          : IsUnknown<Awaitable<Result>> extends true
            ? T
            : never
      : never
    : never
  : never;
