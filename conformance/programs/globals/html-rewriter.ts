import { inWorker } from "../../worker/program.ts";

export default inWorker("HTMLRewriter", async ({ fails }) => {
  await fails("rewritten", () =>
    new HTMLRewriter()
      .on("a[href]", {
        element(element) {
          element.setAttribute("href", `/to${element.getAttribute("href")}`);
        },
      })
      .transform(new Response('<p><a href="/x">link</a></p>'))
      .text(),
  );
});
