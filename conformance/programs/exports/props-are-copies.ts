import { WorkerEntrypoint } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Entry extends WorkerEntrypoint<object, { n: number[] }> {
  change() {
    this.ctx.props.n.push(9);
    return this.ctx.props;
  }
}

type Made = (options: { props: { n: number[] } }) => { change(): Promise<unknown> };

export default inWorker("props are copies", async ({ exports, note }) => {
  const props = { n: [1] };
  const entry = (exports.Entry as Made)({ props });
  note("changed over there", await entry.change());
  note("here", props);
  note("again", await entry.change());
});
