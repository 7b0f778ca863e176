/** Goes to the field where one writes. */
export function focusMessage(): void {
  // The field may be about to be drawn.
  requestAnimationFrame(() => document.getElementById("message")?.focus());
}

/** The same, but not where that would bring a keyboard onto the screen. */
export function focusMessageUnlessTouched(): void {
  if (window.matchMedia("(pointer: fine)").matches) focusMessage();
}
