import { inWorker } from "../../worker/program.ts";

export default inWorker("reportError", async ({ fails, refuses }) => {
  await fails("an error", () => reportError(new Error("reported")));
  await refuses("nothing", () => (reportError as () => void)());
});
