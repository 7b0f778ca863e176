import { button } from "./ui.ts";

interface FailureProps {
  error: Error;
  onRetry(): void;
  onDismiss(): void;
}

/** There was no answer, or only a part of one. */
export function Failure({ error, onRetry, onDismiss }: FailureProps) {
  return (
    <div role="alert" className="mt-6 rounded-xl border border-fault p-4">
      <p className="font-semibold text-fault">There was no whole answer.</p>
      <p className="mt-1 text-sm wrap-anywhere">{error.message}</p>
      <p className="mt-3 flex gap-3">
        <button type="button" className={button} onClick={onRetry}>
          Try again
        </button>
        <button type="button" className={button} onClick={onDismiss}>
          Dismiss
        </button>
      </p>
    </div>
  );
}
