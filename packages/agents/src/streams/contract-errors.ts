import { FreeholdError } from "../errors.ts";

/** A write to a stream that has ended, or was deleted. */
export class StreamClosedError extends FreeholdError {
  /** The stream that takes no more writes. */
  readonly streamId: string;

  constructor(streamId: string, detail: string) {
    super("stream_closed", `Stream "${streamId}" is closed: ${detail}`);
    this.name = "StreamClosedError";
    this.streamId = streamId;
  }
}

/** A read of a stream that was never opened, or was deleted. */
export class StreamNotFoundError extends FreeholdError {
  readonly streamId: string;

  constructor(streamId: string) {
    super(
      "stream_not_found",
      `Stream "${streamId}" does not exist. Open it before reading, or use status() to probe for existence.`,
    );
    this.name = "StreamNotFoundError";
    this.streamId = streamId;
  }
}

/** A chunk, or metadata, that JSON cannot carry or that is too large. */
export class StreamSerializationError extends FreeholdError {
  constructor(context: string, detail: string) {
    super("stream_not_serializable", `Cannot serialize ${context}: ${detail}`);
    this.name = "StreamSerializationError";
  }
}
