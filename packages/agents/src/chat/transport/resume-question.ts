/**
 * The question for a stream to take up, at the edge: sends, and keeps time.
 *
 * @module
 */

import { nanoid } from "nanoid";
import { resumeRequestFrame } from "../wire.ts";
import type { ClientFrame } from "./frames.ts";
import { type Handshake, type HandshakeEffect, stepHandshake } from "./handshake.ts";

export const ID_LENGTH = 8;

/** What was found. `idle`: the server knows for certain that nothing is under way. */
export type ResumeAnswer =
  | { readonly type: "accept"; readonly id: string }
  | { readonly type: "nothing"; readonly idle: boolean };

/** Asks whether there is a stream to take up; one question at a time. */
export class ResumeQuestion {
  readonly #send: (data: string) => void;
  #state: Handshake = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #onAnswer: (answer: ResumeAnswer) => void = () => undefined;

  constructor(send: (data: string) => void) {
    this.#send = send;
  }

  /** Whether a question is open. */
  get isOpen(): boolean {
    return this.#state !== null;
  }

  /**
   * Asks. The answer comes at once, within the very call that hears it, through `onAnswer`; what is
   * replayed may follow in the next message.
   */
  ask(onAnswer: (answer: ResumeAnswer) => void): void {
    if (this.#state !== null) return;
    this.#onAnswer = onAnswer;
    this.#step({ type: "ask", probeId: nanoid(ID_LENGTH) });
  }

  /** Takes a frame; returns whether it was the answer. */
  hear(frame: ClientFrame): boolean {
    const wasOpen = this.isOpen;
    this.#step({ type: "frame", frame });
    return wasOpen && !this.isOpen;
  }

  /** Asks again over a new connection; returns whether there is a question. */
  repeat(): boolean {
    this.#step({ type: "reopened" });
    return this.isOpen;
  }

  /** Ends the question with nothing found; returns whether there was one. */
  cancel(): boolean {
    const wasOpen = this.isOpen;
    this.#step({ type: "cancel" });
    return wasOpen;
  }

  #step(event: Parameters<typeof stepHandshake>[1]): void {
    const [state, effects] = stepHandshake(this.#state, event);
    this.#state = state;
    if (state === null) clearTimeout(this.#timer);
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: HandshakeEffect): void {
    switch (effect.type) {
      case "ask":
        this.#send(resumeRequestFrame(effect.probeId));
        break;
      case "wait":
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#step({ type: "timeout" }), effect.milliseconds);
        break;
      default:
        this.#onAnswer(effect);
    }
  }
}
