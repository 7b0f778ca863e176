import { useState } from "react";
import { LONGEST_WISH, type Purchase } from "../protocol.ts";
import type { DeskHandle } from "./desk-handle.ts";

const euros = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });
const day = new Intl.DateTimeFormat("en", { dateStyle: "long", timeZone: "UTC" });

/** How far a purchase is, in words. */
function words({ by, confirmation, dueAt, phase, reason }: Purchase): string {
  switch (phase) {
    case "looking":
      return "Looking for offers";
    case "asking":
      return "Waiting for a decision";
    case "approved":
      return `Approved by ${by}; it will be ordered on ${day.format(dueAt)}`;
    case "ordered":
      return `Ordered: ${confirmation}`;
    case "declined":
      return by ? `Declined by ${by}: ${reason}` : `Not ordered: ${reason}`;
  }
}

export function PurchaseCard({ desk, purchase }: { desk: DeskHandle; purchase: Purchase }) {
  const { id, offers, phase, what } = purchase;
  return (
    <article aria-label={what}>
      <h2>{what}</h2>
      <p role="status">{words(purchase)}</p>
      {offers.length > 0 && (
        <ul aria-label="Offers">
          {offers.map(({ from, price }) => (
            <li key={from}>
              {from}: {euros.format(price)}
            </li>
          ))}
        </ul>
      )}
      {phase === "asking" && <Decision desk={desk} id={id} />}
    </article>
  );
}

/** Asks a person. */
function Decision({ desk, id }: { desk: DeskHandle; id: string }) {
  const [by, setBy] = useState("");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState("");
  const tell = (work: Promise<void>) => {
    work.then(
      () => setProblem(""),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  return (
    <fieldset>
      <legend>Decide</legend>
      <label>
        Your name
        <input
          value={by}
          maxLength={LONGEST_WISH}
          onChange={(event) => setBy(event.target.value)}
        />
      </label>
      <label>
        Reason, if you decline
        <input
          value={reason}
          maxLength={LONGEST_WISH}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      <button type="button" disabled={!by} onClick={() => tell(desk.stub.approve(id, by))}>
        Approve
      </button>
      <button
        type="button"
        disabled={!by || !reason}
        onClick={() => tell(desk.stub.decline(id, by, reason))}
      >
        Decline
      </button>
      {problem && <p role="alert">{problem}</p>}
    </fieldset>
  );
}
