import type {
  SessionChangeEvent,
  SessionChangeListener,
  SessionMessage,
  SessionMirrorOptions,
} from "./types.ts";

/** A listener that keeps messages in memory in step with a session. */
export function mirrorOf<M extends { id: string }>(
  sessionId: string,
  options: SessionMirrorOptions<M>,
): SessionChangeListener {
  return async (event) => {
    if (event.sessionId !== sessionId || (await options.intercept?.(event))) return;
    apply(event, options);
  };
}

function apply<M extends { id: string }>(
  event: SessionChangeEvent,
  options: SessionMirrorOptions<M>,
): void {
  switch (event.type) {
    case "append":
      if (event.inserted) put(event, options);
      return;
    case "update":
      put(event, options);
      return;
    case "delete":
      options.set(options.get().filter(({ id }) => !event.messageIds.includes(id)));
      return;
    case "clear":
      options.set([]);
      return;
    default:
      // The path has changed: only the host can tell what that means to it.
      return;
  }
}

function put<M extends { id: string }>(
  event: Extract<SessionChangeEvent, { type: "append" | "update" }>,
  { get, onApplied, transform }: SessionMirrorOptions<M>,
): void {
  const messages = get();
  const message = transform ? transform(event.message) : asItIs<M>(event.message);
  const index = messages.findIndex(({ id }) => id === message.id);
  const previous = messages[index];
  if (index < 0) messages.push(message);
  else messages[index] = message;
  onApplied?.(event, message, previous);
}

function asItIs<M>(message: SessionMessage): M {
  return message as unknown as M;
}
