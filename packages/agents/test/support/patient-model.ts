import type { ScriptEntry } from "../../../../scripts/testing/model-server/index.ts";
import { answerTo, type Order } from "../fixtures/patient-answers.ts";

/**
 * What the scripted model says to a patient's orders, as often as it is asked: all the words, or, when
 * some were said already, the others.
 */
export const patientModel: ScriptEntry = {
  times: Number.POSITIVE_INFINITY,
  steps: ({ messages, prompt }) => {
    const order = JSON.parse(prompt) as Order;
    const last = messages.at(-1);
    // Providers take the space at its end away.
    const said = last?.role === "assistant" ? last.text.split(" ").filter(Boolean).length : 0;
    const words = answerTo(order)
      .split(/(?<= )/)
      .filter(Boolean);
    return words.slice(said).flatMap((word) => [{ wait: order.every ?? 1 }, word]);
  },
};
