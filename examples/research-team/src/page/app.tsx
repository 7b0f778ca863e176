import { useAgent } from "@freehold/agents/react";
import { useEffect } from "react";
import type { LeadApi, Research } from "../protocol.ts";
import { AskForm } from "./ask-form.tsx";
import { Connection } from "./connection.tsx";
import { ResearchView } from "./research-view.tsx";

/** The path names the lead, so every question has an address: for later, or for somebody else. */
const named = decodeURIComponent(location.pathname.split("/")[1] ?? "");
const leadName = named || crypto.randomUUID();

export function App() {
  const lead = useAgent<LeadApi, Research>({ agent: "Lead", name: leadName, stateSync: "patch" });
  const research = lead.state;
  const asked = research !== undefined && research.stage !== "idle";

  useEffect(() => {
    if (!asked) return;
    document.title = research.question;
    if (location.pathname === "/") history.replaceState(null, "", `/${leadName}`);
  }, [asked, research]);

  return (
    <div className="mx-auto flex min-h-dvh max-w-6xl flex-col px-4 sm:px-8">
      <header className="flex min-h-14 items-center gap-4 border-b border-rule whitespace-nowrap sm:gap-6">
        <p className="font-semibold">Research team</p>
        {(asked || named) && (
          <a href="/" className="link text-sm">
            New question
          </a>
        )}
        <Connection agent={lead} />
      </header>
      <main className="flex-1 pt-8 pb-16 sm:pt-12">
        {asked ? (
          <ResearchView lead={lead} research={research} />
        ) : (
          (!named || research) && <AskForm lead={lead} />
        )}
      </main>
    </div>
  );
}
