import type { LeadHandle } from "./lead-handle.ts";

/** Says honestly whether what the page shows is the latest. */
export function Connection({ agent }: { agent: LeadHandle }) {
  const { identified, state } = agent;
  const label = identified ? "Connected" : state ? "Reconnecting" : "Connecting";
  return (
    <p
      role="status"
      aria-label="Connection"
      className={`ml-auto flex items-center gap-2 text-sm ${identified ? "text-quiet" : "text-wait"}`}
    >
      <span
        aria-hidden="true"
        className={`size-2 rounded-full ${identified ? "bg-accent" : "border-2 border-current"}`}
      />
      {label}
    </p>
  );
}
