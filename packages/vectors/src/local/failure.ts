/**
 * What goes wrong in the thread of an index. It becomes a `FreeholdError` on the other side: the thread
 * does not load the host for that.
 */
export class Failure extends Error {
  readonly code: string;
  readonly help: string;

  constructor(code: string, message: string, help: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}
