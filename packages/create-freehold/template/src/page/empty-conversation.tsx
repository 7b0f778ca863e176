interface EmptyConversationProps {
  offline: boolean;
  disabled: boolean;
  onChoose(text: string): void;
}

const OPENINGS = [
  ["A tool on the server", "What is the weather in Lisbon?"],
  ["A tool in your browser", "What time is it here?"],
  ["A tool that asks first", "What is 5000 * 3?"],
  ["A reminder", "Remind me in 10 seconds to stretch"],
  ["Some thinking", "Is 221 a prime number?"],
  ["A formatted answer", "Show me what you can format"],
] as const;

/** A new conversation: what one could say. */
export function EmptyConversation({ offline, disabled, onChoose }: EmptyConversationProps) {
  return (
    <section aria-labelledby="begin" className="my-auto">
      <h2 id="begin" className="text-2xl font-semibold tracking-tight">
        What can I do for you?
      </h2>
      <p className="mt-2 max-w-prose text-quiet">
        {offline
          ? "No language model is set, so the built-in offline model answers, by rules. Everything here works with it; one line in .dev.vars lets a real model speak."
          : "Ask anything, or begin with one of these."}
      </p>
      <ul aria-label="Openings" className="mt-6 grid gap-2 sm:grid-cols-2 sm:gap-3">
        {OPENINGS.map(([title, text]) => (
          <li key={text}>
            <button
              type="button"
              disabled={disabled}
              className="h-full w-full rounded-xl border border-rule px-4 py-2 text-left transition-colors hover:border-accent hover:bg-shade sm:py-3 disabled:opacity-60"
              onClick={() => onChoose(text)}
            >
              <span className="block text-sm text-quiet">{title}</span>
              <span className="font-semibold">{text}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
