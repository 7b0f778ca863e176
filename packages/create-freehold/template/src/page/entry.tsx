import { isToolUIPart } from "ai";
import { memo } from "react";
import type { ChatMessage } from "../protocol.ts";
import { timeOfDay } from "./format.ts";
import { ClockIcon } from "./icons.tsx";
import { ToolNote } from "./tool-note.tsx";
import { Words } from "./words.tsx";

interface EntryProps {
  message: ChatMessage;
  agentName: string;
  streaming: boolean;
}

/** One message, set like an interview: who and when in the margin, what was said beside it. */
export const Entry = memo(function Entry({ message, agentName, streaming }: EntryProps) {
  const { at, reminder } = message.metadata ?? {};
  const isPerson = message.role === "user";
  const speaker = isPerson ? "You" : agentName || "Agent";

  return (
    <article
      aria-label={`${reminder ? "Reminder from " : ""}${speaker}`}
      aria-busy={streaming}
      className={`grid gap-x-6 sm:grid-cols-[6.5rem_minmax(0,1fr)] ${isPerson ? "pt-8" : "pt-3"}`}
    >
      <p className="flex items-baseline gap-2 text-sm leading-7 sm:flex-col sm:items-end sm:gap-0 sm:text-right">
        <span
          className={`max-w-full truncate font-semibold ${isPerson ? "text-quiet" : "text-accent"}`}
        >
          {speaker}
        </span>
        {at !== undefined && (
          <time
            dateTime={new Date(at).toISOString()}
            className="text-[0.8125rem] text-quiet tabular-nums sm:-mt-1.5"
          >
            {timeOfDay(at)}
          </time>
        )}
      </p>
      <div
        className={`space-y-2 text-[1.0625rem] leading-7 ${
          reminder ? "my-2 border-l-2 border-accent py-0.5 pl-4" : ""
        }`}
      >
        {reminder && (
          <p className="flex items-center gap-2 text-sm text-accent">
            <ClockIcon />
            Reminder
          </p>
        )}
        {message.parts.map((part, index) => {
          // The parts of a message only ever grow at its end.
          const key = `${index}`;
          if (part.type === "text" && isPerson) {
            return (
              <p key={key} className="font-semibold wrap-anywhere whitespace-pre-wrap">
                {part.text}
              </p>
            );
          }
          if (part.type === "text")
            return <Words key={key} text={part.text} streaming={streaming} />;
          return isToolUIPart(part) ? <ToolNote key={key} part={part} /> : null;
        })}
      </div>
    </article>
  );
});
