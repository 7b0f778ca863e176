// The few looks that several components share, in Tailwind's words.

const BUTTON =
  "inline-flex min-h-9 items-center justify-center gap-2 rounded-lg px-3 text-sm font-semibold whitespace-nowrap transition-colors disabled:opacity-50 aria-disabled:opacity-50";

export const button = `${BUTTON} border border-edge hover:border-ink hover:bg-shade`;
export const mainButton = `${BUTTON} bg-accent text-on-accent hover:bg-accent-strong`;
export const dangerButton = `${BUTTON} bg-fault text-paper hover:opacity-90`;
export const iconButton =
  "inline-grid size-9 shrink-0 pointer-coarse:size-11 place-items-center rounded-lg text-quiet transition-colors hover:bg-shade hover:text-ink aria-pressed:bg-shade aria-pressed:text-accent disabled:opacity-50";
export const smallIconButton =
  "inline-grid size-8 shrink-0 place-items-center rounded-md text-quiet transition-colors hover:bg-shade hover:text-ink disabled:opacity-50";
/** In the field where one writes: sends or stops. */
export const actionButton =
  "inline-grid size-9 shrink-0 pointer-coarse:size-11 place-items-center rounded-lg transition-colors";
export const field =
  "w-full rounded-lg border border-edge bg-paper px-3 py-2 text-base hover:border-ink focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0";
export const card = "rounded-xl border border-rule bg-shade";

export const backdrop =
  "fixed inset-0 z-30 bg-black/40 transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0";
/** What comes only after a while: most often it has gone by then. */
export const late = "animate-late";
export const dialog =
  "fixed top-1/2 left-1/2 z-30 max-h-[85dvh] w-[min(32rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-2xl border border-rule bg-paper p-6 shadow-xl transition-opacity data-starting-style:opacity-0 data-ending-style:opacity-0";
/** The row at a dialog's end. */
export const dialogActions = "mt-6 flex justify-end gap-3";
