/** What shows the content of messages. */
export const loadMessageParts = () => import("./message-parts.tsx");
/** What opens over the page. */
export const loadDialogs = () => import("./dialogs.tsx");

/** Loads, when the first screen stands, what the next click needs. */
export function preload(): void {
  void loadMessageParts();
  void loadDialogs();
}
