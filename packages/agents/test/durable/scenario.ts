/** Steps of the task, in the order of their ends. */
export const STEPS = ["first", "left", "right", "unsure"];
/** Stages of each fiber. */
export const STAGES = [0, 1, 2];

/** Where a task may be cut off. */
export const TASK_POINTS = [
  ...["accepted", "top"],
  ...["first", "left", "right", "unsure"].flatMap((name) => [
    `${name}: before`,
    `${name}: inside, before its effect`,
    `${name}: inside, after its effect`,
    `${name}: after`,
  ]),
  ...["unsure: failed once", "nap: before", "nap: waiting", "nap: after", "end", "told"],
];

/** Where a fiber may be cut off, also while it is recovered from having been cut off. */
export const FIBER_POINTS = [
  ...["accepted", "kept: begun", "plain: begun"],
  ...["kept", "plain"].flatMap((name) =>
    STAGES.flatMap((stage) => [
      `${name} ${stage}: before its effect`,
      `${name} ${stage}: after its effect`,
      `${name} ${stage}: stashed`,
    ]),
  ),
  ...["kept: end", "plain: end"],
];
