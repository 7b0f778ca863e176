import { Collapsible } from "@base-ui/react/collapsible";
import { type DynamicToolUIPart, getToolName, type ToolUIPart } from "ai";
import { useRef } from "react";
import { ApprovalRequest } from "./approval-request.tsx";
import { Ban, Check, ChevronRight, CircleAlert, LoaderCircle, ShieldQuestion } from "./icons.ts";
import { describeTool } from "./tool-words.ts";
import { card } from "./ui.ts";

type ToolPart = ToolUIPart | DynamicToolUIPart;

interface ToolCardProps {
  part: ToolPart;
  onApproval(id: string, approved: boolean): void;
}

const WORKING = {
  label: "Running",
  icon: LoaderCircle,
  look: "text-quiet motion-safe:animate-spin",
};
const LOOKS: Readonly<Record<string, typeof WORKING>> = {
  "approval-requested": { label: "Waits for you", icon: ShieldQuestion, look: "text-wait" },
  "output-available": { label: "Done", icon: Check, look: "text-accent" },
  "output-error": { label: "Failed", icon: CircleAlert, look: "text-fault" },
  "output-denied": { label: "Rejected", icon: Ban, look: "text-fault" },
};

/** One call of a tool: what it is about, how it stands, and on demand what went in and out. */
export function ToolCard({ part, onApproval }: ToolCardProps) {
  const trigger = useRef<HTMLButtonElement>(null);
  const name = getToolName(part);
  const { label, icon: Icon, look } = LOOKS[part.state] ?? WORKING;
  const approval = part.state === "approval-requested" ? part.approval : undefined;
  return (
    <div className={`${card} text-sm`}>
      <Collapsible.Root>
        <Collapsible.Trigger
          ref={trigger}
          className="group flex w-full items-center gap-2.5 rounded-xl px-3.5 py-2.5 text-left"
        >
          <Icon size={16} aria-hidden="true" className={`shrink-0 ${look}`} />
          <span className="min-w-0 flex-1 truncate">{describeTool(name, part.input)}</span>
          <span className="text-quiet">{label}</span>
          <ChevronRight
            size={15}
            aria-hidden="true"
            className="shrink-0 text-quiet transition-transform group-data-panel-open:rotate-90"
          />
        </Collapsible.Trigger>
        <Collapsible.Panel className="space-y-3 border-t border-rule px-3.5 py-3">
          <p className="font-mono text-xs text-quiet">{name}</p>
          <Value label="Input" value={part.input} />
          {part.state === "output-available" && <Value label="Output" value={part.output} />}
        </Collapsible.Panel>
      </Collapsible.Root>
      {part.state === "output-error" && (
        <p className="border-t border-rule px-3.5 py-2.5 wrap-anywhere text-fault">
          {part.errorText}
        </p>
      )}
      {approval && (
        <ApprovalRequest
          what={describeTool(name, part.input)}
          input={part.input}
          onAnswer={(approved) => {
            onApproval(approval.id, approved);
            // The buttons are about to go; what the tool does now stands here.
            trigger.current?.focus();
          }}
        />
      )}
    </div>
  );
}

function Value({ label, value }: { label: string; value: unknown }) {
  return (
    <div>
      <p className="font-semibold">{label}</p>
      <pre
        className="mt-1 max-h-72 overflow-auto rounded-lg bg-paper p-2.5 font-mono text-xs"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
      >
        {typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "none")}
      </pre>
    </div>
  );
}
