import type { Plugin } from "vite";
import { reportWarnings } from "../commands/report.ts";
import { builtProject } from "../runtime/built-project.ts";
import { composeHost } from "../runtime/compose.ts";
import type { ViteProject } from "./project.ts";

/** `vite preview` is the built page with its agents, as `freehold start` is, on Vite's server. */
export function workerPreview(project: ViteProject): Plugin {
  return {
    name: "freehold:preview",
    async configurePreviewServer(server) {
      const { root, config, options, warnings } = project;
      reportWarnings(warnings);
      const host = await composeHost({
        root,
        development: false,
        dataDirectory: options.dataDirectory,
        ...(await builtProject(root, config)),
      });
      server.httpServer.on("upgrade", host.handleUpgrade.bind(host));
      const close = server.close.bind(server);
      server.close = async () => {
        await host.close();
        await close();
      };
      server.middlewares.use((request, response) => host.handleRequest(request, response));
    },
  };
}
