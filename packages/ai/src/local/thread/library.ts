/**
 * What we use of `@huggingface/transformers` 4, in our own words: the package is the project's, not
 * ours. Source: its declarations.
 *
 * @module
 */

export interface TransformersLibrary {
  readonly env: {
    allowRemoteModels: boolean;
    allowLocalModels: boolean;
    localModelPath: string;
    useFSCache: boolean;
    fetch: (input: unknown) => Promise<never>;
  };
  readonly RawImage: { fromBlob(blob: Blob): Promise<unknown> };
  pipeline(
    task: string,
    model: string,
    options: {
      readonly dtype: string;
      readonly device: "cpu";
      readonly local_files_only: true;
      readonly session_options: object;
      readonly progress_callback: (event: ProgressEvent) => void;
    },
  ): Promise<Pipeline>;
}

export interface ProgressEvent {
  readonly status: string;
  /** In percent. */
  readonly progress?: number;
}

export interface Pipeline {
  (input: unknown, options?: object): Promise<unknown>;
  readonly processor?: {
    readonly feature_extractor?: { readonly config?: { readonly sampling_rate?: number } };
  };
}
