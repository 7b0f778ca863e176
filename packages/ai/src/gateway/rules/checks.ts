import type { Scalar } from "../request-options.ts";

/** What a check is asked about. */
export interface CheckInput {
  readonly side: "request" | "response";
  /** All texts of the prompt or of the answer, a line each. */
  readonly text: string;
  readonly gateway: string;
  readonly metadata: Readonly<Record<string, Scalar>>;
  readonly eventId: string | undefined;
}

/** `flag` lets pass and is noted in the log. */
export interface Verdict {
  readonly action: "pass" | "flag" | "block";
  /** Why, in words of the check's own. */
  readonly categories?: readonly string[];
}

/**
 * A guardrail: a function, or the address of an endpoint that takes a {@link CheckInput} as JSON and
 * answers a {@link Verdict}.
 *
 * @example
 * ```ts
 * const polite = {
 *   id: "polite",
 *   check: ({ text }) => ({ action: /damn/i.test(text) ? "block" : "pass" }),
 * };
 * ```
 */
export interface Check {
  readonly id: string;
  /** Default both. Answers are checked as a whole: they do not stream any more. */
  readonly on?: readonly ("request" | "response")[];
  readonly check: string | ((input: CheckInput) => Verdict | Promise<Verdict>);
  /** What happens when the check itself fails. Default `block`. */
  readonly ifDown?: "block" | "pass";
}

export interface Noted {
  readonly id: string;
  readonly side: CheckInput["side"];
  readonly action: "flag" | "block";
  readonly categories: readonly string[];
}

/** Sends JSON to an endpoint, and reads JSON. */
export type Ask = (url: string, body: object) => Promise<unknown>;

/** Asks all checks of one side, and tells what they noted; blocked where one of them says so. */
export async function runChecks(
  checks: readonly Check[],
  input: CheckInput,
  ask: Ask,
): Promise<readonly Noted[]> {
  const asked = checks.filter(({ on }) => on === undefined || on.includes(input.side));
  const verdicts = await Promise.all(asked.map((check) => verdictOf(check, input, ask)));
  return verdicts.flatMap(({ action, categories = [] }, index) =>
    action === "pass"
      ? []
      : [{ id: asked[index]?.id ?? "", side: input.side, action, categories: [...categories] }],
  );
}

async function verdictOf({ check, ifDown }: Check, input: CheckInput, ask: Ask): Promise<Verdict> {
  try {
    const verdict = typeof check === "string" ? await ask(check, input) : await check(input);
    if (isVerdict(verdict)) return verdict;
  } catch {
    // A check that fails is down, however it fails: the next line decides.
  }
  return { action: ifDown ?? "block", categories: ["the check is down"] };
}

function isVerdict(value: unknown): value is Verdict {
  const { action, categories = [] } = (value ?? {}) as Partial<Verdict>;
  return ["pass", "flag", "block"].includes(String(action)) && Array.isArray(categories);
}
