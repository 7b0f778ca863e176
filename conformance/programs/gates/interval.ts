import { inObject } from "../../worker/program.ts";

export default inObject("an interval", async ({ note, sleep }) => {
  let ticks = 0;
  const id = setInterval(
    (by: number) => {
      ticks += by;
      if (ticks === 6) clearInterval(id);
    },
    5,
    2,
  );
  await sleep(80);
  note("ticks", ticks);
});
