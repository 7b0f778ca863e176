import { join } from "node:path";
import { build } from "esbuild";
import type { WorkerDefinition } from "../hosts/host.ts";
import type { CataloguedProgram } from "./catalogue.ts";

const root = join(import.meta.dirname, "../..");

/**
 * Bundles many programs into one Worker. Every class is exported and bound as `<id>__<Class>`,
 * so that programs may use the same names.
 */
export async function bundlePrograms(
  programs: readonly CataloguedProgram[],
): Promise<WorkerDefinition> {
  const { outputFiles } = await build({
    stdin: { contents: entrySource(programs), resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    keepNames: true,
    external: ["cloudflare:*", "node:*"],
    // Where the random programs begin: another number plays others.
    define: { CONFORMANCE_SEED: String(Number(process.env.CONFORMANCE_SEED ?? 1)) },
    logLevel: "silent",
  });
  const bindings = programs.flatMap(({ id, objects }) =>
    objects.map((name) => [`${id}__${name}`, `${id}__${name}`] as const),
  );
  const services = programs.flatMap(({ id, entrypoints }) =>
    entrypoints.map((name) => {
      const entrypoint = `${id}__${name}`;
      return [
        `service_${entrypoint}`,
        { entrypoint, props: { from: "the configuration" } },
      ] as const;
    }),
  );
  const workflows = programs.flatMap((item) => item.workflows.map((name) => `${item.id}__${name}`));
  return {
    name: "conformance",
    script: outputFiles[0]!.text,
    objects: { Lab: "Lab", ...Object.fromEntries(bindings) },
    services: Object.fromEntries(services),
    workflows,
  };
}

function entrySource(programs: readonly CataloguedProgram[]): string {
  const lines = [`import { serve } from "./worker/serve.ts";`];
  const served: string[] = [];
  for (const { path, id, objects, entrypoints, workflows } of programs) {
    const classes = [...objects, ...entrypoints, ...workflows];
    lines.push(`import program_${id} from "./programs/${path}.ts";`);
    for (const name of classes) {
      lines.push(`export { ${name} as ${id}__${name} } from "./programs/${path}.ts";`);
    }
    served.push(`{ id: "${id}", program: program_${id}, classes: ${JSON.stringify(classes)} }`);
  }
  lines.push(`const { Lab, handler } = serve([${served.join(", ")}]);`);
  lines.push(`export { Lab };`, `export default handler;`);
  return lines.join("\n");
}
