/**
 * A document for React in Node. Import it before anything of React's. Sockets and fetch stay
 * Node's own.
 *
 * @module
 */

import { Window } from "happy-dom";

const window = new Window({ url: "http://127.0.0.1/" });

for (const [name, value] of Object.entries({
  window,
  document: window.document,
  location: window.location,
  navigator: window.navigator,
  HTMLElement: window.HTMLElement,
  HTMLIFrameElement: window.HTMLIFrameElement,
  Node: window.Node,
  Element: window.Element,
  DocumentFragment: window.DocumentFragment,
  MutationObserver: window.MutationObserver,
})) {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

/** An empty element to render into. */
export function newContainer(): never {
  return window.document.createElement("div") as never;
}
