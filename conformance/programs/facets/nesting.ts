import { DurableObject } from "cloudflare:workers";
import { inWorker } from "../../worker/program.ts";

export class Nest extends DurableObject {
  async down(className: string, levels: number): Promise<number> {
    if (levels === 0) return 0;
    const self = (this.ctx.exports as Record<string, DurableObjectClass<Nest>>)[className]!;
    const child = this.ctx.facets.get("deeper", () => ({ class: self })) as unknown as Nest;
    return 1 + (await child.down(className, levels - 1));
  }
}

export default inWorker<{ Nest: Nest }>(
  "children of children",
  async ({ objects, className, fails }) => {
    for (const levels of [1, 3, 4]) {
      await fails(`${levels} below`, () =>
        objects.Nest.getByName(`${levels}`).down(className("Nest"), levels),
      );
    }
  },
);
