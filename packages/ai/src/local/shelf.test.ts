import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type Loaded, type Place, Shelf } from "./shelf.ts";

class Model implements Loaded {
  isUsable = true;
  isOpen = true;

  async close(): Promise<void> {
    await turn();
    this.isOpen = false;
  }
}

/** Models of given sizes, and what is in memory of them. */
function shelfOf(limit: number, sizes: Readonly<Record<string, number>>) {
  const shelf = new Shelf(limit);
  const loaded: { readonly name: string; readonly model: Model }[] = [];
  const places = new Map<string, Place<Model>>(
    Object.entries(sizes).map(([name, size]) => [
      name,
      shelf.place({
        name,
        size: async () => size,
        load: async () => {
          await turn();
          const model = new Model();
          loaded.push({ name, model });
          return model;
        },
      }),
    ]),
  );
  const borrow = (name: string, signal?: AbortSignal) => {
    const place = places.get(name);
    if (place === undefined) throw new Error(`no ${name}`);
    return place.borrow(signal);
  };
  const open = () => loaded.filter(({ model }) => model.isOpen).map(({ name }) => name);
  return { shelf, borrow, open, loads: () => loaded.map(({ name }) => name) };
}

describe("Shelf", () => {
  it("lets the ones unused for longest go, as many as it must", async () => {
    const { borrow, open, shelf } = shelfOf(10, { a: 4, b: 4, c: 2, d: 6 });
    for (const name of ["a", "b", "c", "a", "d"]) (await borrow(name)).release();
    expect(open()).toEqual(["a", "d"]);
    await shelf.close();
    expect(open()).toEqual([]);
  });

  it("waits for a model that is at work", async () => {
    const { borrow, open } = shelfOf(10, { a: 6, b: 6 });
    const a = await borrow("a");
    const b = borrow("b");
    await turn();
    await turn();
    expect(open()).toEqual(["a"]);
    a.release();
    (await b).release();
    expect(open()).toEqual(["b"]);
  });

  it("comes to an end whoever asks for what at once, and never holds more than fits", async () => {
    const sizes = { a: 6, b: 6, c: 4, d: 3 };
    const { borrow, open } = shelfOf(10, sizes);
    const names = Array.from({ length: 60 }, (_, index) =>
      "abcd".charAt((index * 7 + (index >> 2)) % 4),
    );
    const used = names.map(async (name) => {
      const { model, release } = await borrow(name);
      await turn();
      expect(model.isOpen).toBe(true);
      const size = open().reduce((sum, one) => sum + sizes[one as keyof typeof sizes], 0);
      expect(size).toBeLessThanOrEqual(10);
      release();
    });
    await expect(Promise.all(used)).resolves.toHaveLength(60);
  });

  it("lets who gives up leave the queue, and the next one in", async () => {
    const { borrow } = shelfOf(10, { a: 1 });
    const first = await borrow("a");
    const leaving = new AbortController();
    const given = borrow("a", leaving.signal);
    const third = borrow("a");
    leaving.abort(new Error("gone"));
    await expect(given).rejects.toMatchObject({ code: 3008, cause: { message: "gone" } });
    let isThere = false;
    const waited = third.then(({ release }) => {
      isThere = true;
      release();
    });
    await turn();
    expect(isThere).toBe(false);
    first.release();
    await waited;
    await expect(borrow("a", AbortSignal.abort())).rejects.toMatchObject({ code: 3008 });
  });

  it("loads a model anew that has failed for good", async () => {
    const { borrow, loads } = shelfOf(10, { a: 1 });
    const { model, release } = await borrow("a");
    model.isUsable = false;
    release();
    expect((await borrow("a")).model).not.toBe(model);
    expect(loads()).toEqual(["a", "a"]);
  });

  it("refuses what can never fit", async () => {
    const { borrow } = shelfOf(10, { a: 11 });
    await expect(borrow("a")).rejects.toMatchObject({ code: "AI_MODEL_TOO_LARGE" });
  });
});
