import { useState } from "react";
import type { Research, Stage } from "../protocol.ts";
import type { LeadHandle } from "./lead-handle.ts";
import { ResearcherNote } from "./researcher-note.tsx";
import { Words } from "./words.tsx";

const STAGES: Readonly<Record<Stage, string>> = {
  idle: "",
  planning: "The lead is splitting the question.",
  researching:
    "Three researchers are at work. When all have handed in their notes, the answer follows.",
  writing: "The lead is writing the answer.",
  done: "The answer is complete.",
  stopped: "Stopped.",
  failed: "It failed.",
};

interface ResearchViewProps {
  lead: LeadHandle;
  research: Research;
}

/** One question: its answer first, then the notes that it is made of. */
export function ResearchView({ lead, research }: ResearchViewProps) {
  const { answer, error, parts, question, stage } = research;
  const working = stage === "planning" || stage === "researching" || stage === "writing";
  const ended = stage === "stopped" || stage === "failed";
  const [problem, setProblem] = useState("");

  const act = (call: () => Promise<void>) => {
    if (!lead.identified) return;
    setProblem("");
    call().catch((error: Error) => setProblem(error.message));
  };

  return (
    <>
      <h1 className="max-w-3xl text-2xl font-semibold text-balance wrap-anywhere sm:text-3xl">
        {question}
      </h1>
      <section aria-label="Answer" aria-busy={stage === "writing"} className="mt-6 max-w-3xl">
        <div className="flex min-h-10 flex-wrap items-center gap-x-5 gap-y-2">
          <p
            role="status"
            aria-label="Progress"
            className={stage === "failed" ? "text-fault" : "text-quiet"}
          >
            {STAGES[stage]} {error}
          </p>
          {working && (
            <button
              type="button"
              className="button"
              aria-disabled={!lead.identified}
              onClick={() => act(() => lead.stub.stop())}
            >
              Stop
            </button>
          )}
          {ended && (
            <button
              type="button"
              className="button"
              aria-disabled={!lead.identified}
              onClick={() => act(() => lead.stub.ask(question))}
            >
              Try again
            </button>
          )}
        </div>
        {problem && (
          <p role="alert" className="mt-2 text-fault">
            {problem}
          </p>
        )}
        {working && !lead.identified && (
          <p className="mt-2 text-wait">
            There is no connection. What the team has found is kept, and this page goes on by itself
            when the connection is back.{" "}
            <button type="button" className="link text-ink" onClick={() => lead.reconnect()}>
              Try now
            </button>
          </p>
        )}
        {answer.length > 0 && (
          <div className="mt-4 text-lg">
            <Words text={answer.join("")} streaming={stage === "writing"} />
          </div>
        )}
      </section>
      {parts.length > 0 && (
        <section aria-label="Notes" className="mt-10 grid gap-x-10 gap-y-8 lg:grid-cols-3">
          {parts.map((part, index) => (
            <ResearcherNote
              key={part}
              lead={lead}
              name={String(index + 1)}
              question={part}
              working={stage === "researching"}
            />
          ))}
        </section>
      )}
    </>
  );
}
