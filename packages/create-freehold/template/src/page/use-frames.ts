import { useCallback, useLayoutEffect, useRef, useState } from "react";
import type { ChatHandle } from "./chat-page.tsx";

export interface Frame {
  readonly number: number;
  readonly sent: boolean;
  /** The time of day, with milliseconds. */
  readonly at: string;
  readonly type: string;
  readonly text: string;
}

const KEPT = 200;

/** The latest frames of the agent's socket, the newest first. */
export function useFrames(agent: ChatHandle) {
  const [frames, setFrames] = useState<readonly Frame[]>([]);
  const count = useRef(0);

  // With the layout, so that whoever sees the list sees all that is said from then on.
  useLayoutEffect(() => {
    const add = (sent: boolean, data: unknown) => {
      const text = typeof data === "string" ? data : "(bytes)";
      const at = new Date().toISOString().slice(11, 23);
      const frame = { number: ++count.current, sent, at, type: typeOf(text), text };
      setFrames((known) => [frame, ...known].slice(0, KEPT));
    };
    const received = ({ data }: MessageEvent) => add(false, data);
    agent.addEventListener("message", received);
    const { send } = agent;
    agent.send = (data) => {
      add(true, data);
      return send.call(agent, data);
    };
    return () => {
      agent.removeEventListener("message", received);
      agent.send = send;
    };
  }, [agent]);

  const clear = useCallback(() => setFrames([]), []);
  return { frames, clear };
}

function typeOf(text: string): string {
  return /"type":"([\w-]+)"/.exec(text)?.[1] ?? "text";
}
