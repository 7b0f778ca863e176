import { inObject } from "../../worker/program.ts";

const PATIENCE = 200;

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
  for (let waited = 0; ticks < 6 && waited < PATIENCE; waited++) await sleep(20);
  await sleep(100);
  note("ticks", ticks);
});
