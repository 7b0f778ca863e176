interface EmptyConversationProps {
  agentName: string;
  offline: boolean;
  disabled: boolean;
  onChoose(text: string): void;
}

const OPENINGS = [
  ["Say hello", "Hello"],
  ["Ask for the time", "What time is it?"],
  ["Be reminded", "Remind me in 10 seconds to stretch"],
  ["Change its name", "Call yourself Robin"],
  ["See what it can do", "Help"],
] as const;

/** The first page of a conversation: what one could say. */
export function EmptyConversation(props: EmptyConversationProps) {
  const { agentName, offline, disabled, onChoose } = props;
  return (
    <section aria-labelledby="begin" className="my-auto sm:pl-32">
      <h1 id="begin" className="text-[2rem] leading-tight font-semibold tracking-[-0.015em]">
        Talk to {agentName || "your agent"}
      </h1>
      <p className="mt-3 max-w-prose text-quiet">
        It remembers what is said here, keeps its state in step in every tab, and goes on where it
        was after a restart.
        {offline && " For now it speaks by rules alone; these it knows:"}
      </p>
      <ul aria-label="Openings" className="mt-6 border-t border-rule">
        {OPENINGS.map(([title, text]) => (
          <li key={text} className="border-b border-rule">
            <button
              type="button"
              disabled={disabled}
              className="group grid w-full gap-x-4 py-2.5 text-left enabled:hover:text-accent disabled:text-quiet sm:grid-cols-[11rem_1fr]"
              onClick={() => onChoose(text)}
            >
              <span className="font-semibold">{title}</span>
              <span className="text-quiet group-enabled:group-hover:text-accent">{text}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
