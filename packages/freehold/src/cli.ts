import { cac } from "cac";
import { writtenFlags } from "./commands/flags.ts";
import { reportFailure } from "./commands/report.ts";
import { version } from "./version.ts";

// Each command loads what it needs: `start` would wait for Vite otherwise.
const cli = cac("freehold");

cli
  .command("dev", "Start the project for development: page and agents in one server")
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--env <name>", "Environment of wrangler.jsonc")
  .option("--port <port>", "Port of the server (default: as Vite's configuration says, or 5173)")
  .option("--host <name>", "Address to listen on (default: as it says, or 127.0.0.1)")
  .option("--data <folder>", "Where agents live (default: .freehold)")
  .action(async (flags) => (await import("./commands/dev.ts")).devCommand(flags));

cli
  .command("build", "Build the page and the Worker for production")
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--env <name>", "Environment of wrangler.jsonc")
  .action(async (flags) => (await import("./commands/build.ts")).buildCommand(flags));

cli
  .command("start", "Start the built project in production mode")
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--env <name>", "Environment of wrangler.jsonc")
  .option("--port <port>", "Port of the server (default: 8787)")
  .option("--host <name>", "Address to listen on (default: 127.0.0.1)")
  .option("--data <folder>", "Where agents live (default: .freehold)")
  .action(async (flags) => (await import("./commands/start.ts")).startCommand(flags));

cli
  .command(
    "workflows [verb] [workflow] [id]",
    "Look at workflows: list, show, events; steer them: pause, resume, terminate, restart",
  )
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--env <name>", "Environment of wrangler.jsonc, where no host runs")
  .option("--data <folder>", "Where agents live (default: .freehold)")
  .option("--json", "Answer as JSON")
  .option("--limit <count>", "How many to list (default: 50)")
  .option("--status <status>", "List only instances with this status")
  .option("--rollback", "Undo steps before terminating")
  .option("--from <step>", "Restart from a step of this name")
  .option("--count <number>", "Which of the steps of that name (default: 1)")
  .action(async (verb, workflow, id, flags) =>
    (await import("./commands/workflows.ts")).workflowsCommand(verb, workflow, id, flags),
  );

cli
  .command("doctor", "Check a data directory and this machine")
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--data <folder>", "Where agents live (default: .freehold)")
  .option("--json", "One JSON document")
  .action(async (flags) => (await import("./commands/doctor.ts")).doctorCommand(flags));

cli
  .command("backup <folder>", "Copy all agents, or one, while the server runs")
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--data <folder>", "Where agents live (default: .freehold)")
  .option("--object <name>", "Only this one: Class/name or Class/id")
  .option("--json", "One JSON document")
  .action(async (folder, flags) =>
    (await import("./commands/backup.ts")).backupCommand(folder, flags),
  );

cli
  .command("restore [backup]", "Make a data directory of a backup, or put one agent back")
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--data <folder>", "Where agents live (default: .freehold)")
  .option("--object <name>", "Only this one: Class/name or Class/id")
  .option(
    "--at <time>",
    "Bring --object back to this time (2026-11-26T20:00:00Z) or bookmark, without a backup",
  )
  .action(async (backup, flags) =>
    (await import("./commands/restore.ts")).restoreCommand(backup, flags),
  );

cli
  .command("mail [verb] [id]", "Look at the e-mail that was sent: list, show")
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--data <folder>", "Where agents live (default: .freehold)")
  .option("--json", "Answer as JSON")
  .option("--raw", "Show a message as it was sent")
  .option("--limit <count>", "How many to list (default: 50)")
  .action(async (verb, id, flags) =>
    (await import("./commands/mail.ts")).mailCommand(verb, id, flags),
  );

cli
  .command(
    "vectors [verb] [index] [...ids]",
    "Look at vector indexes: list, info, ids, get; make and delete them: create, delete",
  )
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--data <folder>", "Where the indexes live (default: .freehold)")
  .option("--json", "Answer as JSON")
  .option("--dimensions <count>", "For create: numbers in each vector")
  .option("--metric <name>", "For create: cosine (default), euclidean or dot-product")
  .option(
    "--metadata <list>",
    "For create: what can be filtered by, such as topic:string,year:number",
  )
  .option("--limit <count>", "How many ids to list (default: 1000)")
  .option("--cursor <id>", "List ids after this one")
  .action(async (verb, index, ids, flags) =>
    (await import("./commands/vectors.ts")).vectorsCommand(verb, index, ids, flags),
  );

cli
  .command("gateway", "Run the AI gateway alone, without a Worker")
  .option("--config <file>", "Path of wrangler.jsonc")
  .option("--env <name>", "Environment of wrangler.jsonc")
  .option("--port <port>", "Port of the gateway (default: 8788)")
  .option("--host <name>", "Address to listen on (default: 127.0.0.1)")
  .option("--data <folder>", "Where logs and kept answers live (default: .freehold)")
  .action(async (flags) => (await import("./commands/gateway.ts")).gatewayCommand(flags));

cli.command("wrangler", "Stand in for wrangler: `dev`, or `path` for its folder");

cli.help();
cli.version(version);

try {
  const [command, ...rest] = process.argv.slice(2);
  cli.parse(command === "wrangler" ? process.argv.slice(0, 2) : process.argv, { run: false });
  if (command === "wrangler") {
    // Its flags are read as the original reads them.
    const { wranglerCommand } = await import("./commands/wrangler.ts");
    await wranglerCommand(rest);
  } else if (cli.matchedCommand) {
    Object.assign(cli.options, writtenFlags(cli.matchedCommand.options, rest));
    await cli.runMatchedCommand();
  } else if (!cli.options.help && !cli.options.version) {
    if (cli.args.length > 0) console.error(`freehold has no command "${cli.args[0]}".\n`);
    cli.outputHelp();
    process.exitCode = cli.args.length > 0 ? 1 : 0;
  }
} catch (error) {
  reportFailure(error);
  process.exit(1);
}
