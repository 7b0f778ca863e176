import { type KeyboardEvent, useState } from "react";
import { longestQuestion } from "../protocol.ts";
import type { LeadHandle } from "./lead-handle.ts";

/** Where the person asks. */
export function AskForm({ lead }: { lead: LeadHandle }) {
  const [question, setQuestion] = useState("");
  const [problem, setProblem] = useState("");
  const ready = lead.identified && question.trim() !== "";

  const ask = async () => {
    if (!ready) return;
    setProblem("");
    await lead.stub.ask(question).catch((error: Error) => setProblem(error.message));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    void ask();
  };

  return (
    <form
      className="max-w-3xl"
      onSubmit={(event) => {
        event.preventDefault();
        void ask();
      }}
    >
      <label htmlFor="question" className="text-2xl font-semibold text-balance sm:text-3xl">
        What shall the team find out?
      </label>
      <textarea
        id="question"
        // biome-ignore lint/a11y/noAutofocus: the only thing to do on this page
        autoFocus
        rows={1}
        maxLength={longestQuestion}
        className="field mt-6 field-sizing-content resize-none text-lg"
        placeholder="Why is the sky blue?"
        aria-describedby="how"
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="mt-4 flex flex-wrap items-center gap-x-5 gap-y-3">
        <button type="submit" className="button button-main" aria-disabled={!ready}>
          Ask
        </button>
        <p id="how" className="text-sm text-quiet">
          A lead splits it over three researchers and writes the answer.
        </p>
      </div>
      {problem && (
        <p role="alert" className="mt-4 text-fault">
          {problem}
        </p>
      )}
    </form>
  );
}
