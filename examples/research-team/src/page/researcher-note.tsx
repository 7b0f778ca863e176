import { useAgent } from "@freehold/agents/react";
import { useEffect, useEffectEvent } from "react";
import type { Finding } from "../protocol.ts";
import type { LeadHandle } from "./lead-handle.ts";
import { Words } from "./words.tsx";

interface ResearcherNoteProps {
  lead: LeadHandle;
  /** The researcher inside it. */
  name: string;
  question: string;
  /** Whether the team is at this part of the work. */
  working: boolean;
}

/** What one researcher has found so far, straight from that researcher. */
export function ResearcherNote({ lead, name, question, working }: ResearcherNoteProps) {
  const researcher = useAgent<Finding>({
    agent: "Lead",
    name: lead.name,
    sub: [{ agent: "Researcher", name }],
    stateSync: "patch",
  });
  const { identified, state: finding } = researcher;

  // Where the lead can be reached again, its researchers can: nothing to wait for.
  const hurry = useEffectEvent(() => {
    if (!identified && finding) researcher.reconnect();
  });
  useEffect(() => {
    if (lead.identified) hurry();
  }, [lead.identified]);

  // What an earlier plan led to is no answer to this question.
  const pieces = finding?.question === question ? finding.pieces : [];
  const writing = working && identified && !finding?.done;

  return (
    <article
      aria-label={`Researcher ${name}`}
      aria-busy={writing}
      className="border-t border-rule pt-4 wrap-anywhere"
    >
      <h2 className="flex gap-3 font-semibold">
        <span aria-hidden="true" className="w-3 text-accent tabular-nums">
          {name}
        </span>
        {question}
      </h2>
      <p className={`mt-1 pl-6 text-sm ${identified ? "text-quiet" : "text-wait"}`}>
        {identified ? progress(finding, working) : "Not connected"}
      </p>
      <div className="mt-3 pl-6">
        <Words text={pieces.join("")} streaming={writing} />
      </div>
    </article>
  );
}

function progress(finding: Finding | undefined, working: boolean): string {
  if (finding?.done) return "Handed in";
  if (!working) return "Not finished";
  if (!finding || finding.attempt === 0) return "About to begin";
  return finding.attempt === 1 ? "Writing" : `Writing, attempt ${finding.attempt}`;
}
