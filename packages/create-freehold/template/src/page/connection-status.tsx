import type { Line } from "./connection.ts";

const LOOKS: Readonly<Record<Line, { label: string; colour: string; dot: string }>> = {
  connecting: { label: "Connecting", colour: "text-quiet", dot: "border-2 border-current" },
  connected: { label: "Connected", colour: "text-quiet", dot: "bg-accent" },
  reconnecting: { label: "Reconnecting", colour: "text-wait", dot: "border-2 border-current" },
  offline: { label: "Offline", colour: "text-fault", dot: "bg-current" },
};

export function ConnectionStatus({ line, onRetry }: { line: Line; onRetry(): void }) {
  const { label, colour, dot } = LOOKS[line];
  const waiting = line === "reconnecting" || line === "offline";
  return (
    <div className={`flex shrink-0 items-center gap-2 ${colour}`}>
      <p role="status" aria-label="Connection" className="flex items-center gap-1.5">
        <span aria-hidden="true" className={`size-2 rounded-full ${dot}`} />
        {label}
      </p>
      {waiting && (
        <button type="button" className="text-ink underline" onClick={onRetry}>
          Try now
        </button>
      )}
    </div>
  );
}
