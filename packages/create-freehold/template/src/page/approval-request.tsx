import { useState } from "react";
import { button, mainButton } from "./ui.ts";

interface ApprovalRequestProps {
  /** What the tool would do, in words. */
  what: string;
  input: unknown;
  onAnswer(approved: boolean): void;
}

/** Asks whether a tool may run; the agent waits for the answer as long as it takes. */
export function ApprovalRequest({ what, input, onAnswer }: ApprovalRequestProps) {
  const [answered, setAnswered] = useState(false);
  const answer = (approved: boolean) => {
    setAnswered(true);
    onAnswer(approved);
  };
  return (
    <div className="border-t border-rule px-3.5 py-3">
      <p className="font-semibold">May the agent do this?</p>
      <dl className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1">
        {Object.entries(toRecord(input)).map(([name, value]) => (
          <div key={name} className="flex gap-1.5">
            <dt className="text-quiet">{name}</dt>
            <dd className="font-mono wrap-anywhere">{String(value)}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 flex gap-3">
        <button
          type="button"
          className={mainButton}
          aria-label={`Approve: ${what}`}
          disabled={answered}
          onClick={() => answer(true)}
        >
          Approve
        </button>
        <button
          type="button"
          className={button}
          aria-label={`Reject: ${what}`}
          disabled={answered}
          onClick={() => answer(false)}
        >
          Reject
        </button>
      </p>
    </div>
  );
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
