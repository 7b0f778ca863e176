import { useEffect, useState } from "react";
import { Check, Copy, X } from "./icons.ts";
import { smallIconButton } from "./ui.ts";

interface CopyButtonProps {
  text: string;
  /** What it copies, as in "Copy the message". */
  label: string;
  className?: string;
}

const SHOWN_MS = 2000;

/** Copies, and says whether that worked. */
export function CopyButton({ text, label, className = smallIconButton }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"copied" | "failed">();

  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("copied");
    } catch {
      // The browser may forbid it, and has no clipboard for pages without https.
      setOutcome("failed");
    }
  };

  const Icon = outcome === "copied" ? Check : outcome === "failed" ? X : Copy;
  return (
    <>
      <button type="button" className={className} aria-label={label} title={label} onClick={copy}>
        <Icon size={15} aria-hidden="true" />
      </button>
      <span role="status" className="sr-only">
        {outcome === "copied" && "Copied"}
        {outcome === "failed" && "Could not be copied"}
      </span>
    </>
  );
}
