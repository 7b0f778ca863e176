import type { ChatHandle } from "./chat-page.tsx";
import { ArrowDown, ArrowUp } from "./icons.ts";
import { button } from "./ui.ts";
import { useFrames } from "./use-frames.ts";

/** What goes over the socket between this page and the agent, from the moment it is opened. */
export default function FramesPanel({ agent }: { agent: ChatHandle }) {
  const { frames, clear } = useFrames(agent);
  return (
    <section
      aria-label="Frames"
      className="flex h-64 max-h-[40dvh] flex-col border-t border-rule bg-shade text-sm"
    >
      <div className="flex items-center justify-between px-4 py-1.5">
        <h2 className="font-semibold">
          Frames <span className="font-normal text-quiet">({frames.length}, the last 200)</span>
        </h2>
        <button type="button" className={button} onClick={clear}>
          Clear
        </button>
      </div>
      <ul
        className="min-h-0 flex-1 overflow-y-auto px-4 pb-3"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {frames.length === 0 && <li className="text-quiet">Say something to see some.</li>}
        {frames.map(({ number, sent, at, text, type }) => (
          <li key={number}>
            <details>
              <summary className="flex cursor-pointer items-center gap-2 py-0.5 font-mono text-xs">
                {sent ? (
                  <ArrowUp size={13} role="img" aria-label="sent" className="shrink-0 text-wait" />
                ) : (
                  <ArrowDown
                    size={13}
                    role="img"
                    aria-label="received"
                    className="shrink-0 text-accent"
                  />
                )}
                <span className="text-quiet tabular-nums">{at}</span>
                <span className="shrink-0">{type}</span>
                <span className="truncate text-quiet">{text}</span>
              </summary>
              <pre className="py-1 pl-6 font-mono text-xs wrap-anywhere whitespace-pre-wrap">
                {pretty(text)}
              </pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
