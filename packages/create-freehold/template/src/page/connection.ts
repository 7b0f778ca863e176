import { useEffect, useReducer } from "react";

/** How things stand between this page and the agent. */
export type Line = "connecting" | "connected" | "reconnecting" | "offline";

type LineEvent = "opened" | "closed" | "network lost" | "network back";

interface LineState {
  readonly line: Line;
  /** Attempts to connect that have failed in a row. */
  readonly failures: number;
}

const FAILURES_UNTIL_OFFLINE = 3;

/** Only an open socket counts as connected; the browser's word on the network only explains. */
export function nextLine({ line, failures }: LineState, event: LineEvent): LineState {
  switch (event) {
    case "opened":
      return { line: "connected", failures: 0 };
    case "closed": {
      const failed = line === "connected" ? 0 : failures + 1;
      const offline = line === "offline" || failed >= FAILURES_UNTIL_OFFLINE;
      return { line: offline ? "offline" : "reconnecting", failures: failed };
    }
    case "network lost":
      return { line: line === "connected" ? line : "offline", failures };
    case "network back":
      return { line: line === "offline" ? "reconnecting" : line, failures: 0 };
  }
}

interface Socket extends EventTarget {
  readonly readyState: number;
}

/** Follows a socket that reconnects by itself. */
export function useLine(socket: Socket): Line {
  const [{ line }, dispatch] = useReducer(
    nextLine,
    socket,
    ({ readyState }) =>
      ({
        line: readyState === WebSocket.OPEN ? "connected" : "connecting",
        failures: 0,
      }) satisfies LineState,
  );

  useEffect(() => {
    const opened = () => dispatch("opened");
    const closed = () => {
      dispatch("closed");
      if (!navigator.onLine) dispatch("network lost");
    };
    const lost = () => dispatch("network lost");
    const back = () => dispatch("network back");
    socket.addEventListener("open", opened);
    socket.addEventListener("close", closed);
    window.addEventListener("offline", lost);
    window.addEventListener("online", back);
    if (socket.readyState === WebSocket.OPEN) opened();
    return () => {
      socket.removeEventListener("open", opened);
      socket.removeEventListener("close", closed);
      window.removeEventListener("offline", lost);
      window.removeEventListener("online", back);
    };
  }, [socket]);

  return line;
}
