/**
 * What the server says besides the answers to this tab: transcripts, answers to others, streams to
 * take up.
 *
 * @module
 */

import type { UseChatHelpers } from "@ai-sdk/react";
import type { UIMessage } from "ai";
import { nanoid } from "nanoid";
import { useCallback, useEffect, useRef, useState } from "react";
import { type ClientFrame, parseFrame } from "../../wire.ts";
import { parseChunk } from "../reply-chunks.ts";
import type { WebSocketChatTransport } from "../transport/websocket-chat-transport.ts";
import {
  ChatMessageType,
  type ChatResponseFrame,
  isUIMessage,
  isUIMessages,
  readResponse,
} from "../wire.ts";
import { mergeSnapshot, type Watched, watchChunk, withMessage } from "./conversation.ts";
import type { ChatAgentConnection } from "./options.ts";
import { useLatest } from "./use-latest.ts";

interface ServerFrameOptions<M extends UIMessage> {
  readonly agent: ChatAgentConnection;
  readonly chat: UseChatHelpers<M>;
  readonly transport: WebSocketChatTransport<M>;
  /** Requests whose frames the transport takes. */
  readonly activeRequestIds: ReadonlySet<string>;
  /** Messages that wait to be sent. */
  readonly buffered: Set<string>;
  readonly resume: boolean;
  /** Fetches the stored messages; undefined when the application does not want that. */
  readonly refetch: () => Promise<M[] | undefined>;
  readonly onData: ((part: unknown) => void) | undefined;
}

/** Applies the server's frames to the chat, and takes up answers under way. */
export function useServerFrames<M extends UIMessage>(options: ServerFrameOptions<M>) {
  const { agent, transport } = options;
  const latest = useLatest(options);
  const watched = useRef<Watched | null>(null);
  const [streaming, setStreaming] = useState(false);
  const [recovering, setRecovering] = useState(false);
  const probe = useRef<Promise<void> | null>(null);

  const show = useCallback(
    (snapshot: readonly M[]) => {
      const { chat, buffered } = latest.current;
      const busy = chat.status === "submitted" || chat.status === "streaming";
      const watching = watched.current?.assembly.message.id;
      chat.setMessages((local) =>
        mergeSnapshot(local, snapshot, (message) => {
          const ours = busy && message === local.at(-1);
          return ours || message.id === watching || buffered.has(message.id);
        }),
      );
    },
    [latest],
  );

  const resume = useCallback((): Promise<void> => {
    if (transport.isAwaitingResume() && probe.current) return probe.current;
    const attempt = latest.current.chat.resumeStream().finally(() => {
      if (probe.current === attempt) probe.current = null;
    });
    probe.current = attempt;
    return attempt;
  }, [latest, transport]);

  /** Before a request: an open question must not end in the middle of it. */
  const settleProbe = useCallback(async () => {
    if (transport.cancelPendingResume()) await probe.current;
  }, [transport]);

  const reset = useCallback(() => {
    watched.current = null;
    latest.current.buffered.clear();
    setStreaming(false);
    setRecovering(false);
  }, [latest]);

  const watch = useCallback(
    (response: ChatResponseFrame) => {
      const { chat, onData } = latest.current;
      for (const chunk of response.error ? [] : parseChunk(response.body)) {
        const next = watchChunk(watched.current, response.id, chunk, `assistant_${nanoid()}`);
        watched.current = next;
        transport.observeServerTurn(response.id);
        if (chunk.type.startsWith("data-")) onData?.(chunk);
        if (next.assembly.message.parts.length === 0) continue;
        chat.setMessages((local) => withMessage(local, next.assembly.message as M));
        setStreaming(true);
        setRecovering(false);
      }
      if (!response.done) return;
      transport.handleServerTurnCompleted(response.id);
      if (watched.current?.requestId === response.id) watched.current = null;
      if (response.outcome !== "recovering") setRecovering(false);
      setStreaming(false);
    },
    [latest, transport],
  );

  const receive = useCallback(
    (frame: ClientFrame) => {
      const { chat, activeRequestIds, buffered } = latest.current;
      const response = readResponse(frame);
      if (response) {
        if (response.done) for (const id of response.messageIds ?? []) buffered.delete(id);
        if (!activeRequestIds.has(response.id)) watch(response);
      } else if (frame.type === ChatMessageType.CF_AGENT_CHAT_MESSAGES) {
        if (isUIMessages(frame.messages)) show(frame.messages as M[]);
      } else if (frame.type === ChatMessageType.CF_AGENT_MESSAGE_UPDATED) {
        const updated = frame.message;
        if (isUIMessage(updated)) chat.setMessages((local) => withMessage(local, updated as M));
      } else if (frame.type === ChatMessageType.CF_AGENT_CHAT_CLEAR) {
        reset();
        chat.setMessages([]);
      } else if (frame.type === ChatMessageType.CF_AGENT_CHAT_RECOVERING) {
        setRecovering(frame.recovering === true);
      } else if (frame.type === ChatMessageType.CF_AGENT_STREAM_RESUMING) {
        const known = typeof frame.id === "string" && activeRequestIds.has(frame.id);
        if (!known && latest.current.resume && !transport.isAwaitingResume()) void resume();
      }
    },
    [latest, reset, resume, show, transport, watch],
  );

  useEffect(() => {
    const listening = new AbortController();
    const on = { signal: listening.signal };
    let lost = false;
    agent.addEventListener(
      "message",
      (event) => {
        const frame = typeof event.data === "string" ? parseFrame(event.data) : undefined;
        if (frame) receive(frame);
      },
      on,
    );
    agent.addEventListener(
      "close",
      () => {
        lost = true;
        watched.current = null;
        setStreaming(false);
      },
      on,
    );
    agent.addEventListener(
      "open",
      () => {
        if (lost && latest.current.resume) void takeUp();
        lost = false;
      },
      on,
    );
    const takeUp = async () => {
      if (transport.retryPendingResume()) return;
      await resume();
      await catchUp();
    };
    /** What was said while this tab did not listen. */
    const catchUp = async () => {
      if (listening.signal.aborted || latest.current.chat.status !== "ready") return;
      const stored = await latest.current.refetch();
      if (stored && !listening.signal.aborted) show(stored);
    };
    const first = async () => {
      await resume();
      if (latest.current.chat.messages.at(-1)?.role === "user") await catchUp();
    };
    if (latest.current.resume) void first();
    return () => {
      listening.abort();
      transport.cancelPendingResume();
    };
  }, [agent, latest, receive, resume, show, transport]);

  return { streaming, recovering, resume, settleProbe, reset };
}
