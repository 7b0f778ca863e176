/** Stable codes of {@link TransformError}. */
export type TransformErrorCode = "TRANSFORM_FAILED" | "LEGACY_DECORATORS" | "TSCONFIG_UNREADABLE";

/** A place in a source file: `line` counts from 1, `column` from 0 in UTF-16 units. */
export interface TransformLocation {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A source file that could not be transformed, with what to do about it in `help`. */
export class TransformError extends Error {
  override readonly name = "TransformError";
  readonly code: TransformErrorCode;
  readonly help: string;
  readonly location: TransformLocation | undefined;

  constructor(
    code: TransformErrorCode,
    message: string,
    details: { help: string; location?: TransformLocation | undefined; cause?: unknown },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.help = details.help;
    this.location = details.location;
  }
}
