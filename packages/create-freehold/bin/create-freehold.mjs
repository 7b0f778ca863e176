#!/usr/bin/env node
// `npm create freehold my-app`. Runs on any Node that npm runs on, and needs no packages.
import { run } from "../lib/run.mjs";

process.exitCode = run(process.argv.slice(2));
