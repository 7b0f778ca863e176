import { useId } from "react";
import { type AgentState, initialState, limits, type Tone, tones } from "../protocol.ts";
import type { Line } from "./connection.ts";
import type { AgentHandle } from "./use-chat-agent.ts";

interface ProfileFormProps {
  agent: AgentHandle;
  line: Line;
  /** How often another tab, or the agent itself, has changed the state. */
  changedElsewhere: number;
}

const TONE_LABELS: Readonly<Record<Tone, string>> = {
  plain: "Plain",
  warm: "Warm",
  brief: "Brief",
};

/** The agent's state: every key stroke goes to the agent and from there to every other tab. */
export function ProfileForm({ agent, line, changedElsewhere }: ProfileFormProps) {
  const id = useId();
  const state = agent.state ?? initialState;
  const locked = line !== "connected" || agent.state === undefined;
  const change = (patch: Partial<AgentState>) => agent.setState({ ...state, ...patch });

  return (
    <form aria-label="Profile" onSubmit={(event) => event.preventDefault()}>
      <div className="flex justify-between gap-4">
        <label htmlFor={`${id}name`} className="caption">
          Name
        </label>
        <p role="status" aria-label="Changes" className="text-[0.8125rem] text-accent">
          {changedElsewhere > 0 && (
            <span key={changedElsewhere} className="animate-passing">
              Changed elsewhere just now
            </span>
          )}
        </p>
      </div>
      <input
        id={`${id}name`}
        className="field -mt-0.5 text-[2.125rem] leading-tight font-semibold tracking-[-0.015em]"
        value={state.name}
        maxLength={limits.name}
        readOnly={locked}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => change({ name: event.target.value })}
      />

      <fieldset className="mt-6" disabled={locked}>
        <legend className="caption">Tone</legend>
        <div className="mt-1.5 grid grid-cols-3 border border-edge">
          {tones.map((tone) => (
            <label
              key={tone}
              className="relative border-l border-edge py-2 text-center first:border-l-0 has-checked:bg-ink has-checked:font-semibold has-checked:text-paper has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent has-disabled:cursor-default has-disabled:opacity-60"
            >
              <input
                type="radio"
                className="absolute inset-0 cursor-[inherit] appearance-none outline-none"
                name={`${id}tone`}
                checked={state.tone === tone}
                onChange={() => change({ tone })}
              />
              {TONE_LABELS[tone]}
            </label>
          ))}
        </div>
      </fieldset>

      <label htmlFor={`${id}notes`} className="caption mt-6 block">
        Notes
      </label>
      <textarea
        id={`${id}notes`}
        className="field field-sizing-content max-h-64 min-h-16 resize-none leading-6"
        value={state.notes}
        maxLength={limits.notes}
        readOnly={locked}
        placeholder="Nothing yet. The agent writes here too."
        onChange={(event) => change({ notes: event.target.value })}
      />
    </form>
  );
}
