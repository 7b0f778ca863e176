import type { Budget } from "./budget.ts";
import { importTimeBudget } from "./import-time.ts";
import { objectBudget } from "./objects.ts";
import { reloadBudget } from "./reloads.ts";
import { sizeBudget } from "./size.ts";
import { socketBudget } from "./sockets.ts";
import { startUpBudget } from "./start-up.ts";

export const budgets: readonly Budget[] = [
  objectBudget,
  socketBudget,
  startUpBudget,
  reloadBudget,
  sizeBudget,
  importTimeBudget,
];
