import type { TransformersModel } from "../../models/settings.ts";

/** What a thread is started with. */
export interface ThreadStart {
  /** The library's first file. */
  readonly library: string;
  /** The model's folder. */
  readonly path: string;
  readonly task: TransformersModel["task"];
  readonly dtype: string;
  readonly threads: number;
}

/** What is asked of the model. */
export type Question =
  | { readonly task: "embedding"; readonly texts: readonly string[] }
  | { readonly task: "transcription"; readonly samples: Float32Array; readonly rate: number }
  | { readonly task: "speech"; readonly text: string }
  | { readonly task: "vision"; readonly picture: Uint8Array };

export interface Call {
  readonly id: number;
  readonly question: Question;
}

/** What the thread says. `ready` and `failed` once, about the model. */
export type Message =
  | { readonly kind: "progress"; readonly share: number }
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown }
  | { readonly kind: "error"; readonly id: number; readonly message: string };

/** What `speech` results in. */
export interface SpokenResult {
  readonly samples: Float32Array;
  readonly rate: number;
}
