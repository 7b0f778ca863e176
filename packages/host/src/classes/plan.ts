import type {
  ClassDeclaration,
  ClassStorage,
  CreatedClass,
  MigrationStep,
} from "../config/wrangler.ts";
import { FreeholdError } from "../errors.ts";

/** A class with durable storage. Its namespace never changes, so a rename keeps ids and objects. */
export interface ClassRecord {
  readonly className: string;
  readonly namespace: string;
  readonly storage: ClassStorage;
}

/** What a data directory knows of one Worker's classes. */
export interface ClassState {
  /** Of the migration that was applied last. */
  readonly tag: string | undefined;
  readonly classes: readonly ClassRecord[];
}

/** What a configuration says of a Worker's classes. */
export interface WantedClasses {
  readonly worker: string;
  readonly migrations: readonly MigrationStep[];
  readonly declarations: readonly ClassDeclaration[];
  /** Classes that bindings name: they get SQL storage when nothing else is said of them. */
  readonly bound: readonly string[];
}

/** The state to be stored, and the namespaces whose objects are to be erased. */
export interface ClassPlan {
  readonly state: ClassState;
  readonly erased: readonly string[];
}

/**
 * Decides what a configuration changes in a data directory: applies the migrations after the last
 * one applied, then the declarations, and adds what is only bound.
 *
 * @throws FreeholdError `MIGRATION_UNKNOWN` when the list does not hold the migration that was
 *   applied last, `MIGRATION_IMPOSSIBLE` when a step does not fit what is there.
 */
export function planClasses(state: ClassState, wanted: WantedClasses): ClassPlan {
  const draft = new Draft(wanted.worker, state.classes);
  for (const step of pending(state.tag, wanted)) {
    for (const created of step.created) draft.create(created);
    for (const { from, to } of step.renamed) draft.rename(from, to);
    for (const className of step.deleted) draft.delete(className);
  }
  for (const declared of wanted.declarations) draft.declare(declared);
  for (const className of wanted.bound) draft.ensure(className);
  const tag = wanted.migrations.at(-1)?.tag ?? state.tag;
  return { state: { tag, classes: draft.classes }, erased: draft.erased };
}

function pending(tag: string | undefined, wanted: WantedClasses): readonly MigrationStep[] {
  const { migrations, worker } = wanted;
  if (tag === undefined || migrations.length === 0) return migrations;
  const applied = migrations.findIndex((step) => step.tag === tag);
  if (applied !== -1) return migrations.slice(applied + 1);
  throw new FreeholdError(
    "MIGRATION_UNKNOWN",
    `The data of ${worker} is at migration "${tag}", which its configuration does not have.`,
    { help: "Bring the migration back, and add new ones after it; or use another data directory." },
  );
}

class Draft {
  readonly #worker: string;
  readonly #classes: Map<string, ClassRecord>;
  readonly #erased = new Set<string>();

  constructor(worker: string, classes: readonly ClassRecord[]) {
    this.#worker = worker;
    this.#classes = new Map(classes.map((record) => [record.className, record]));
  }

  get classes(): readonly ClassRecord[] {
    return [...this.#classes.values()];
  }

  get erased(): readonly string[] {
    return [...this.#erased];
  }

  create({ className, storage }: CreatedClass): void {
    const known = this.#classes.get(className);
    if (known === undefined) {
      this.#classes.set(className, { className, storage, namespace: this.#freeName(className) });
    } else if (known.storage !== storage) {
      throw impossible(`the storage of ${className} was chosen when it was created and stays`);
    }
  }

  /** A class that only a binding names. */
  ensure(className: string): void {
    if (!this.#classes.has(className)) this.create({ className, storage: "sqlite" });
  }

  rename(from: string, to: string): void {
    const record = this.#classes.get(from);
    if (record === undefined) throw impossible(`there is no class ${from} to be renamed to ${to}`);
    if (this.#classes.has(to)) {
      throw impossible(`${from} cannot be renamed to ${to}, which there is already`);
    }
    this.#classes.delete(from);
    this.#classes.set(to, { ...record, className: to });
  }

  delete(className: string): void {
    const record = this.#classes.get(className);
    if (record === undefined) throw impossible(`there is no class ${className} to be deleted`);
    this.#classes.delete(className);
    this.#erased.add(record.namespace);
  }

  /** Says what should be, and so changes nothing when it is so. */
  declare(declared: ClassDeclaration): void {
    const { className } = declared;
    if (declared.state === "created") this.create({ className, storage: declared.storage });
    else if (!this.#classes.has(className)) return;
    else if (declared.state === "deleted") this.delete(className);
    else this.rename(className, declared.to);
  }

  /**
   * `<worker>-<class>`, unless a class that was renamed has it. `$` may stand in the name of a class
   * and not in that of a folder; a dot just the other way.
   */
  #freeName(className: string): string {
    const taken = new Set(this.classes.map(({ namespace }) => namespace));
    const plain = `${this.#worker}-${className.replaceAll("$", ".")}`;
    let name = plain;
    for (let number = 2; taken.has(name); number += 1) name = `${plain}.${number}`;
    return name;
  }
}

function impossible(reason: string): FreeholdError {
  return new FreeholdError("MIGRATION_IMPOSSIBLE", `The classes cannot be migrated: ${reason}.`, {
    help: "Correct `migrations` or `exports` in the configuration of the Worker.",
  });
}
