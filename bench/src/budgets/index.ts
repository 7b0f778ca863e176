import type { Budget } from "./budget.ts";
import { growthBudget } from "./growth.ts";
import { importTimeBudget } from "./import-time.ts";
import { objectBudget } from "./objects.ts";
import { reloadBudget } from "./reloads.ts";
import { sizeBudget } from "./size.ts";
import { socketBudget } from "./sockets.ts";
import { startUpBudget } from "./start-up.ts";
import { starterBudget } from "./starter.ts";

export const budgets: readonly Budget[] = [
  objectBudget,
  socketBudget,
  startUpBudget,
  growthBudget,
  reloadBudget,
  sizeBudget,
  importTimeBudget,
  starterBudget,
];
