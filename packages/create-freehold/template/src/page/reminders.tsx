import { useId, useState } from "react";
import { limits, type Reminder } from "../protocol.ts";
import type { Line } from "./connection.ts";
import { countdown, timeOfDay } from "./format.ts";
import { CloseIcon } from "./icons.tsx";
import type { AgentHandle } from "./use-chat-agent.ts";
import { useNow } from "./use-now.ts";

interface RemindersProps {
  agent: AgentHandle;
  line: Line;
  /** Undefined until the agent has said which there are. */
  reminders: readonly Reminder[] | undefined;
}

export function Reminders({ agent, line, reminders }: RemindersProps) {
  const [problem, setProblem] = useState<string>();
  const now = useNow((reminders?.length ?? 0) > 0);

  const attempt = async (action: Promise<unknown>) => {
    setProblem(undefined);
    try {
      await action;
      return true;
    } catch (error) {
      setProblem(error instanceof Error ? error.message : "That did not work.");
      return false;
    }
  };

  return (
    <section aria-labelledby="reminders" className="border-t border-rule pt-5">
      <h2 id="reminders" className="caption">
        Reminders
      </h2>
      {reminders?.length === 0 && <p className="mt-2 text-quiet">None waiting.</p>}
      {reminders && reminders.length > 0 && (
        <ul aria-label="Pending reminders" className="mt-1">
          {reminders.map((reminder) => (
            <PendingReminder
              key={reminder.id}
              reminder={reminder}
              now={now}
              disabled={line !== "connected"}
              onCancel={() => void attempt(agent.stub.cancelReminder(reminder.id))}
            />
          ))}
        </ul>
      )}
      <ReminderForm
        disabled={line !== "connected"}
        onSet={(seconds, text) => attempt(agent.stub.setReminder(seconds, text))}
      />
      <p role="alert" className="mt-2 text-sm text-fault empty:hidden">
        {problem}
      </p>
    </section>
  );
}

interface PendingReminderProps {
  reminder: Reminder;
  now: number;
  disabled: boolean;
  onCancel(): void;
}

function PendingReminder({ reminder, now, disabled, onCancel }: PendingReminderProps) {
  return (
    <li className="flex animate-arrive items-baseline gap-3 border-b border-rule py-1.5">
      <time
        dateTime={new Date(reminder.dueAt).toISOString()}
        title={`Due at ${timeOfDay(reminder.dueAt)}`}
        className="min-w-13 shrink-0 font-semibold text-accent tabular-nums"
      >
        {countdown(reminder.dueAt - now)}
      </time>
      <span className="min-w-0 flex-1 wrap-anywhere">{reminder.text}</span>
      <button
        type="button"
        className="-my-1 -mr-2 grid size-8 shrink-0 place-items-center self-center text-quiet hover:text-fault"
        aria-label={`Cancel reminder: ${reminder.text}`}
        title="Cancel"
        disabled={disabled}
        onClick={onCancel}
      >
        <CloseIcon />
      </button>
    </li>
  );
}

const UNITS = { seconds: 1, minutes: 60, hours: 3600 } as const;

interface ReminderFormProps {
  disabled: boolean;
  /** Says whether the agent has taken it. */
  onSet(seconds: number, text: string): Promise<boolean>;
}

function ReminderForm({ disabled, onSet }: ReminderFormProps) {
  const id = useId();
  const [amount, setAmount] = useState("30");
  const [unit, setUnit] = useState<keyof typeof UNITS>("seconds");
  const [text, setText] = useState("");

  const submit = async () => {
    const seconds = Math.round(Number(amount) * UNITS[unit]);
    if (await onSet(seconds, text)) setText("");
  };

  return (
    <form
      aria-label="New reminder"
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label htmlFor={`${id}text`} className="sr-only">
        What to be reminded of
      </label>
      <input
        id={`${id}text`}
        className="field"
        placeholder="Remind me to …"
        required
        maxLength={limits.reminder}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="mt-2 flex items-end gap-3">
        <label htmlFor={`${id}amount`} className="pb-1.5">
          in
        </label>
        <input
          id={`${id}amount`}
          className="field w-14 tabular-nums"
          type="number"
          min={1}
          required
          value={amount}
          onChange={(event) => setAmount(event.target.value)}
        />
        <select
          aria-label="Unit of time"
          className="field min-w-0 flex-1"
          value={unit}
          onChange={(event) => setUnit(event.target.value as keyof typeof UNITS)}
        >
          {Object.keys(UNITS).map((name) => (
            <option key={name} value={name} className="bg-paper">
              {name}
            </option>
          ))}
        </select>
        <button type="submit" className="button" disabled={disabled}>
          Set reminder
        </button>
      </div>
    </form>
  );
}
