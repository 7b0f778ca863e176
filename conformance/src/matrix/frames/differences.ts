/** What ours does better in one scenario, and what the published SDK does there. */
const REASONS: Readonly<Record<string, string>> = {
  plain: "plain text has `start` and `finish` too, so that every tab knows the id of the message",
  "error-nothing": "no answer at all is an error that clients show, not a completed turn",
  "error-thrown":
    "what is thrown before there is an answer ends the turn with an error, for everyone",
  "clear-streaming": "nothing of an answer comes back once the conversation was cleared",
  "overlap-latest": "an answer stands behind its question, whatever was asked meanwhile",
  "resume-early": "an answer stands behind its question, whatever was asked meanwhile",
  "set-messages":
    "the other tabs are shown the conversation as it is stored, of which nothing was deleted",
};
const FINISH = "`finish` keeps its reason and its metadata, on the wire and in what is stored";
const ONCE = "the other tabs are shown a question once, when it is stored, and not before as well";

/** Why ours tells something else in a scenario. */
export function whyOurs(name: string, ours: string): string[] {
  const reason = REASONS[name];
  return [
    ...(ours.includes("finishReason") ? [FINISH] : []),
    ...(ours.includes('"B":') ? [ONCE] : []),
    ...(reason ? [reason] : []),
  ];
}
