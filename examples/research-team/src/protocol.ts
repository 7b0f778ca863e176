// What the page and the agents agree on: the state of each, synced to every open page.

/** How far the lead is. */
export type Stage = "idle" | "planning" | "researching" | "writing" | "done" | "stopped" | "failed";

export interface Research {
  readonly stage: Stage;
  readonly question: string;
  /** The task that does it, for stopping it. */
  readonly runId: string;
  /** What each researcher is to find out; researcher `1` has the first. */
  readonly parts: readonly string[];
  /** The answer in the pieces in which the model wrote it. */
  readonly answer: readonly string[];
  /** Why it failed. */
  readonly error?: string;
}

export const noResearch: Research = {
  stage: "idle",
  question: "",
  runId: "",
  parts: [],
  answer: [],
};

export interface Finding {
  readonly question: string;
  /** How often the model was asked: more than once after a crash or a failure. */
  readonly attempt: number;
  /** What the model wrote so far. */
  readonly pieces: readonly string[];
  readonly done: boolean;
}

export const noFinding: Finding = { question: "", attempt: 0, pieces: [], done: false };

export const longestQuestion = 500;

/** What a page can ask of the lead. */
export interface LeadApi {
  readonly state: Research;
  ask(question: string): Promise<void>;
  stop(): Promise<void>;
}
