import { useAgent } from "@freehold/agents/react";
import { type SubmitEvent, useState } from "react";
import { type DeskApi, type DeskState, LONGEST_WISH } from "../protocol.ts";
import { PurchaseCard } from "./purchase-card.tsx";

export function App() {
  const desk = useAgent<DeskApi, DeskState>({ agent: "Desk", name: "main" });
  const [problem, setProblem] = useState("");
  const label = desk.identified ? "Connected" : desk.state ? "Reconnecting" : "Connecting";

  const request = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const what = String(new FormData(form).get("what"));
    try {
      await desk.stub.request(what);
      form.reset();
      setProblem("");
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <>
      <header>
        <h1>Purchasing</h1>
        <p role="status" aria-label="Connection">
          {label}
        </p>
      </header>
      <main>
        <form onSubmit={request}>
          <label>
            What do you need?
            <input name="what" required maxLength={LONGEST_WISH} autoComplete="off" />
          </label>
          <button type="submit">Request</button>
        </form>
        {problem && <p role="alert">{problem}</p>}
        {desk.state?.purchases.map((purchase) => (
          <PurchaseCard key={purchase.id} desk={desk} purchase={purchase} />
        ))}
        {desk.state?.purchases.length === 0 && <p>Nothing was requested yet.</p>}
      </main>
    </>
  );
}
