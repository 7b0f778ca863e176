import { Component, type ReactNode } from "react";
import { button } from "./ui.ts";

/** What is left to say when the page itself fails. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <main role="alert" className="mx-auto max-w-xl px-6 py-24">
        <h1 className="text-2xl font-semibold">The page has failed</h1>
        <p className="mt-3">Nothing is lost: the conversation is stored with the agent.</p>
        <p className="mt-3 font-mono text-sm text-fault">{error.message}</p>
        <button type="button" className={`${button} mt-6`} onClick={() => location.reload()}>
          Load the page again
        </button>
      </main>
    );
  }
}
