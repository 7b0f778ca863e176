import type { Clock, Timer } from "../clock.ts";
import {
  type ContextRunner,
  contextRunner,
  type EndReason,
  type InvocationContext,
  invocation,
} from "../context.ts";
import type { HostLimits } from "../limits.ts";
import type { StubScope } from "../rpc/scope.ts";
import type { Activation } from "./activation.ts";
import type { Work } from "./delivery.ts";
import type { Section } from "./gates.ts";

/**
 * What runs in one section of one activation: the ordinary course of the object, or the inside of a
 * critical section. Made once for each, not for each event.
 */
export class ObjectInvocation implements InvocationContext {
  readonly activation: Activation;
  readonly section: Section<Work>;
  readonly enter: ContextRunner;

  constructor(activation: Activation, section: Section<Work>) {
    this.activation = activation;
    this.section = section;
    this.enter = contextRunner(this);
  }

  get env(): object {
    return this.activation.host.env;
  }

  get exports(): object {
    return this.activation.host.exports;
  }

  get clock(): Clock {
    return this.activation.host.clock;
  }

  get limits(): HostLimits {
    return this.activation.host.limits;
  }

  get label(): string {
    return this.activation.host.label;
  }

  get timers(): Set<Timer> {
    return this.activation.activity.timers;
  }

  get stubs(): StubScope {
    return this.activation.activity.stubs;
  }

  get isOver(): boolean {
    return this.activation.isOver;
  }

  waitUntil(promise: unknown): void {
    this.activation.waitUntil(promise);
  }

  gate(): Promise<void> | undefined {
    return this.activation.gate();
  }

  run(continuation: () => void): void {
    this.activation.admit(this.section, continuation);
  }

  call<T>(work: () => T | Promise<T>): Promise<T> {
    return this.activation.deliverTo(this, work);
  }

  waits(change: 1 | -1): void {
    this.activation.activity.waits(change);
  }

  hold(end: (reason: EndReason) => void): () => void {
    return this.activation.activity.hold(end);
  }

  uncaught(error: unknown): void {
    this.activation.uncaught(error);
  }
}

/** The section of `activation` that runs now; its ordinary course when something else runs. */
export function currentSection(activation: Activation): Section<Work> {
  const current = invocation.getStore();
  const isOwn = current instanceof ObjectInvocation && current.activation === activation;
  return isOwn ? current.section : activation.root;
}
