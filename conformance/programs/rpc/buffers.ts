import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Subject extends DurableObject {
  echo(value: unknown) {
    return value;
  }
  fill(view: Uint8Array) {
    view.fill(9);
    return view;
  }
}

type Open = Record<"echo" | "fill", (value: unknown) => Promise<unknown>>;

export default inWorker<{ Subject: Subject }>("buffers are copied", async ({ objects, note }) => {
  const stub = objects.Subject.getByName("x") as unknown as Open;
  const mine = new Uint8Array([1, 2, 3]);
  note("changed over there", await stub.fill(mine));
  note("not here", mine);
  const buffer = new ArrayBuffer(4);
  const [left, right] = (await stub.echo([
    new Uint8Array(buffer, 0, 2),
    new Uint8Array(buffer, 2),
  ])) as [Uint8Array, Uint8Array];
  note("views of one buffer still share it", left.buffer === right.buffer);
  const part = (await stub.echo(new Float64Array([0.5, 1.5]).subarray(1))) as Float64Array;
  note("the buffer of a part", [part.buffer.byteLength, part.byteOffset]);
  note("bigints", await stub.echo(new BigInt64Array([-1n, 2n ** 62n])));
  note("floats", await stub.echo(new Float64Array([0.1, Number.NaN])));
  note("empty", await stub.echo(new Uint8Array()));
});
