/**
 * The chat as its runs as a tool see it.
 *
 * @module
 */

import type { ChatRoom } from "../chat-room.ts";
import { responseFrame } from "../wire.ts";
import type { ChildHost } from "./host.ts";

/** Makes the view. */
export function childHost(
  room: ChatRoom,
  words: Pick<ChildHost, "input" | "output" | "summary">,
): ChildHost {
  const { host, parts } = room;
  return {
    ...{ sql: host.sql, clock: host.clock, random: host.random, ...words },
    get messages() {
      return host.messages;
    },
    answer: ({ body, message, requestId }) =>
      room.save((now) => [...now, message], { body, requestId, keepLog: true }),
    *chunks(requestId) {
      const answer = parts.log.find(requestId);
      if (answer) yield* parts.log.texts(answer);
    },
    isUnderWay: (requestId) => parts.turns.has(requestId) || parts.ledger.stands(requestId),
    abort: (requestId, reason) => room.abort(requestId, reason),
    send: (id, body) => host.broadcast(responseFrame({ id, body, done: false }), []),
    awake: (body) => host.awake(body),
  };
}
