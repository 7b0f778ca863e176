import { type DynamicToolUIPart, getToolName, type ToolUIPart } from "ai";
import { timeOfDay } from "./format.ts";

type ToolPart = ToolUIPart | DynamicToolUIPart;
type Input = Readonly<Record<string, unknown>>;

/** What each of the agent's tools has done, in words. */
const DONE: Readonly<Record<string, (input: Input, output: Input) => string>> = {
  setReminder: (_input, { dueAt }) =>
    typeof dueAt === "number" ? `Set a reminder for ${timeOfDay(dueAt)}` : "Set a reminder",
  listReminders: () => "Looked at the reminders",
  cancelReminder: () => "Cancelled a reminder",
  changeProfile: ({ name, tone }) =>
    name ? `Changed its name to ${String(name)}` : `Changed its tone to ${String(tone)}`,
  addNote: () => "Wrote a note",
};

/** One line for each thing that the agent did besides talking. */
export function ToolNote({ part }: { part: ToolPart }) {
  const name = getToolName(part);
  const failed = part.state === "output-error" || part.state === "output-denied";
  return (
    <p className={`text-sm ${failed ? "text-fault" : "text-quiet"}`}>
      <span aria-hidden="true" className="mr-2 inline-block h-px w-5 bg-current align-middle" />
      {textFor(part, name, failed)}
    </p>
  );
}

function textFor(part: ToolPart, name: string, failed: boolean): string {
  if (failed) return `Did not work: ${part.errorText ?? name}`;
  if (part.state !== "output-available") return "Working …";
  return DONE[name]?.(toRecord(part.input), toRecord(part.output)) ?? `Used ${name}`;
}

function toRecord(value: unknown): Input {
  return typeof value === "object" && value !== null ? (value as Input) : {};
}
