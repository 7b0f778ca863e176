/** What a model answered, whatever it is. */
export type RunResult =
  | { readonly kind: "json"; readonly value: object }
  | {
      readonly kind: "events";
      /** Server-sent events, each whole. */
      readonly events: AsyncIterable<string>;
      /** Ends the model's work: nobody reads on. */
      readonly cancel: () => void;
    }
  | { readonly kind: "bytes"; readonly mediaType: string; readonly bytes: Uint8Array };

export function json(value: object): RunResult {
  return { kind: "json", value };
}
