/** What callbacks give, as something that can be read. */
export class Pipe<T> {
  readonly #items: T[] = [];
  #wake = Promise.withResolvers<void>();
  #end: { readonly error: unknown } | "well" | undefined;

  push(item: T): void {
    this.#items.push(item);
    this.#wake.resolve();
  }

  end(): void {
    this.#end = "well";
    this.#wake.resolve();
  }

  fail(error: unknown): void {
    this.#end = { error };
    this.#wake.resolve();
  }

  async *read(): AsyncGenerator<T> {
    for (;;) {
      yield* this.#items.splice(0);
      if (this.#items.length > 0) continue;
      if (this.#end === "well") return;
      if (this.#end !== undefined) throw this.#end.error;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
    }
  }
}
