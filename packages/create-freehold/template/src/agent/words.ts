import type { UIMessage } from "ai";

/** What was said in a message, without tools, reasoning and pictures. */
export function spokenText({ parts }: UIMessage): string {
  return parts
    .flatMap((part) => (part.type === "text" ? [part.text] : []))
    .join(" ")
    .trim();
}

/** The page's time zone, or UTC when it sends none that exists. */
export function toTimeZone(timeZone: unknown): string {
  if (typeof timeZone !== "string") return "UTC";
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
