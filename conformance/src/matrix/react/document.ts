import { Window } from "happy-dom";

// A document for React in Node. To be imported before anything of React's; sockets and fetch stay
// Node's own.
const window = new Window({ url: "http://127.0.0.1/" });
const names = ["document", "location", "navigator", "HTMLElement", "HTMLIFrameElement"] as const;
for (const [name, value] of [
  ["window", window] as const,
  ...names.map((name) => [name, window[name]] as const),
]) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** An empty element to render into. */
export function newContainer(): never {
  return window.document.createElement("div") as never;
}
