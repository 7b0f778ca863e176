import { FreeholdError } from "../errors.ts";
import { LifecycleCapability, servicesOf } from "../lifecycle/capability.ts";
import { SessionStore } from "./core.ts";
import { ChangeFeed } from "./feed.ts";
import { migrateSessions } from "./migrate.ts";
import { Session } from "./session.ts";
import type { SessionChangeListener, SessionsOptions } from "./types.ts";
import type { SessionRoom } from "./writes.ts";

/**
 * Conversations that survive the object. Most objects have one: `session()`.
 *
 * @example
 * readonly sessions = new Sessions();
 * readonly lifecycle = Lifecycle.install(this).use(this.sessions);
 *
 * async say(text: string) {
 *   const session = this.sessions.session();
 *   const id = crypto.randomUUID();
 *   await session.appendMessage({ id, role: "user", parts: [{ type: "text", text }] });
 *   return session.getHistory();
 * }
 */
export class Sessions extends LifecycleCapability {
  readonly #feed: ChangeFeed;
  readonly #store: SessionStore;
  readonly #room: SessionRoom;
  readonly #sessions = new Map<string, Session>();

  constructor({ reservedMetadataKeys = [] }: SessionsOptions = {}) {
    super("sessions");
    const emit = (type: string, payload: unknown) => servicesOf(this).events.emit(type, payload);
    this.#store = new SessionStore(() => {
      const { clock, sql, storage } = servicesOf(this);
      return { clock, sql, transaction: (body) => storage.transactionSync(body) };
    });
    this.#feed = new ChangeFeed(({ sessionId, type }, error) =>
      emit("session:error", { sessionId, event: type, error }),
    );
    this.#room = {
      ...{ store: this.#store, feed: this.#feed, reservedMetadataKeys, emit },
      ready: () => servicesOf(this).ready(),
      newCompaction: (range) => {
        const createdAt = new Date(servicesOf(this).clock.now()).toISOString();
        return { id: crypto.randomUUID(), ...range, createdAt };
      },
    };
  }

  override async onStart(): Promise<void> {
    const { events, sql, storage } = servicesOf(this);
    const transaction = <T>(body: () => T) => storage.transactionSync(body);
    const incomplete = migrateSessions({ sql, transaction });
    for (const each of incomplete) events.emit("session:migration:incomplete", each);
  }

  /**
   * The handle of a session, the same one each time. A session begins with its first message.
   *
   * @param sessionId Any text. Default: the empty one.
   */
  session(sessionId = ""): Session {
    if (typeof sessionId !== "string") {
      throw new FreeholdError("invalid_session_id", "The id of a session must be a text");
    }
    const known = this.#sessions.get(sessionId) ?? new Session(sessionId, this.#room);
    this.#sessions.set(sessionId, known);
    return known;
  }

  /**
   * Calls `listener` after each write, in order; writes wait for it, its own apart. Returns what ends
   * it.
   */
  subscribe(listener: SessionChangeListener): () => void {
    return this.#feed.subscribe(listener);
  }
}
