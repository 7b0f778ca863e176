import { Suspense, useState } from "react";
import { flushSync } from "react-dom";
import { ConnectionStatus } from "./connection-status.tsx";
import { Conversation } from "./conversation.tsx";
import { MarkIcon } from "./icons.tsx";
import { ModelNotice } from "./model-notice.tsx";
import { ProfileForm } from "./profile-form.tsx";
import { Reminders } from "./reminders.tsx";
import { ThemeToggle } from "./theme-toggle.tsx";
import { Toasts } from "./toasts.tsx";
import { useChatAgent } from "./use-chat-agent.ts";

/** The path names the agent: each has a conversation and a memory of its own. */
const agentName = decodeURIComponent(location.pathname.split("/")[1] ?? "") || "home";

type View = "conversation" | "agent";

export function App() {
  const { agent, line, model, reminders, fired, dismiss, changedElsewhere } =
    useChatAgent(agentName);
  const [view, setView] = useState<View>("conversation");
  const hiddenUnless = (wanted: View) => (view === wanted ? "" : "max-lg:hidden");
  const skipToMessage = () => {
    flushSync(() => setView("conversation"));
    document.getElementById("message")?.focus();
  };

  return (
    <div className="grid h-dvh grid-rows-[auto_auto_minmax(0,1fr)] lg:grid-cols-[22rem_minmax(0,1fr)] xl:grid-cols-[25rem_minmax(0,1fr)]">
      <button
        type="button"
        className="button absolute top-2 left-2 z-10 bg-paper not-focus:sr-only"
        onClick={skipToMessage}
      >
        Skip to the message field
      </button>
      <header className="flex min-h-14 items-center gap-x-4 border-b border-rule px-4 sm:px-6 lg:col-span-2">
        <p className="flex items-center gap-2 font-semibold">
          <span className="text-accent">
            <MarkIcon />
          </span>
          <span className="max-sm:sr-only">Freehold</span>
        </p>
        <ViewSwitch view={view} onChange={setView} waiting={reminders?.length ?? 0} />
        <span className="ml-auto" />
        <ConnectionStatus line={line} onRetry={() => agent.reconnect()} />
        <ThemeToggle />
      </header>
      <Toasts reminders={fired} onDismiss={dismiss} />
      <aside
        aria-label="Agent"
        className={`${hiddenUnless("agent")} row-start-3 overflow-y-auto bg-shade px-4 pt-8 pb-12 sm:px-6 lg:row-span-2 lg:row-start-2 lg:border-r lg:border-rule lg:px-8`}
      >
        <div className="mx-auto max-w-xl space-y-8">
          <ProfileForm agent={agent} line={line} changedElsewhere={changedElsewhere} />
          <Reminders agent={agent} line={line} reminders={reminders} />
          <ModelNotice model={model} />
        </div>
      </aside>
      <main className={`${hiddenUnless("conversation")} row-start-3 min-h-0`}>
        <Suspense fallback={<p className="px-6 py-10 text-quiet">Opening the conversation …</p>}>
          <Conversation agent={agent} line={line} model={model} />
        </Suspense>
      </main>
    </div>
  );
}

interface ViewSwitchProps {
  view: View;
  waiting: number;
  onChange(view: View): void;
}

/** On a narrow screen there is room for one of the two. */
function ViewSwitch({ view, waiting, onChange }: ViewSwitchProps) {
  const tab = (target: View, label: string) => (
    <button
      type="button"
      aria-pressed={view === target}
      className="h-14 border-b-2 border-transparent px-1 font-semibold text-quiet aria-pressed:border-accent aria-pressed:text-ink"
      onClick={() => onChange(target)}
    >
      {label}
    </button>
  );
  return (
    <nav aria-label="Views" className="flex gap-4 lg:hidden">
      {tab("conversation", "Talk")}
      {tab("agent", waiting > 0 ? `Agent (${waiting})` : "Agent")}
    </nav>
  );
}
