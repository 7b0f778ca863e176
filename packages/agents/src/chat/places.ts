/**
 * Where messages stand in the transcript.
 *
 * @module
 */

import type { UIMessage } from "ai";
import type { SessionSync } from "../sessions/sync.ts";

/** Places of the stored messages. Read when needed, and again when somebody has written. */
export class Places {
  readonly #session: Pick<SessionSync, "places">;
  #known: ReadonlyMap<string, number> | undefined;

  constructor(session: Pick<SessionSync, "places">) {
    this.#session = session;
  }

  /** By id, in order. */
  get all(): ReadonlyMap<string, number> {
    this.#known ??= new Map(this.#session.places().map(({ id, seq }) => [id, seq]));
    return this.#known;
  }

  /** Somebody has written. */
  forget(): void {
    this.#known = undefined;
  }

  /** Tells whether a message stands behind a place. One that is not stored does not. */
  behind(place: number): (message: Pick<UIMessage, "id">) => boolean {
    const { all } = this;
    return ({ id }) => (all.get(id) ?? 0) > place;
  }

  /** In the order of their places. One that is not stored stays behind the one it follows. */
  sorted(messages: readonly UIMessage[]): UIMessage[] {
    const { all } = this;
    let last = 0;
    const placed = messages.map((message) => {
      last = all.get(message.id) ?? last;
      return { message, place: last };
    });
    return placed.toSorted((a, b) => a.place - b.place).map(({ message }) => message);
  }
}
