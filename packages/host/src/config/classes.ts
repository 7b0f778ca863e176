import type { FieldReader } from "./reader.ts";
import type { ClassDeclaration, CreatedClass, MigrationStep } from "./wrangler.ts";

/** The name of a class: an identifier. It becomes part of the name of a folder. */
export const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]{0,127}$/;

const CLASS = "the name of a class";
const STATES = ["created", "deleted", "renamed", "transferred", "expecting-transfer"] as const;

/** The steps under `migrations`. */
export function migrationSteps(fields: FieldReader, warnings: string[]): MigrationStep[] {
  const steps: MigrationStep[] = [];
  for (const entry of fields.objects("migrations")) {
    const tag = entry.requiredText("tag");
    if (steps.some((step) => step.tag === tag)) entry.fail("tag", "unique");
    if (entry.has("transferred_classes")) {
      warnings.push("`migrations`: classes of another Worker (transferred_classes) are not moved.");
    }
    steps.push({
      tag,
      created: [
        ...classNames(entry, "new_sqlite_classes").map(created("sqlite")),
        ...classNames(entry, "new_classes").map(created("key-value")),
      ],
      renamed: entry.objects("renamed_classes").map((rename) => ({
        from: rename.requiredText("from", IDENTIFIER, CLASS),
        to: rename.requiredText("to", IDENTIFIER, CLASS),
      })),
      deleted: classNames(entry, "deleted_classes"),
    });
  }
  return steps;
}

/** What `exports` says of classes. */
export function classDeclarations(fields: FieldReader, warnings: string[]): ClassDeclaration[] {
  const entries = fields.object("exports");
  const found: ClassDeclaration[] = [];
  for (const className of entries?.names ?? []) {
    const entry = entries?.object(className);
    if (entry?.raw("type") !== "durable-object") continue;
    if (!IDENTIFIER.test(className)) entries?.fail(className, "called by the name of a class");
    const declared = declaration(className, entry);
    if (declared) found.push(declared);
    else warnings.push(`\`exports.${className}\`: classes are not moved between Workers.`);
  }
  if (found.length > 0 && fields.has("migrations")) {
    fields.fail("migrations", "absent where `exports` says what becomes of the classes");
  }
  return found;
}

function declaration(className: string, entry: FieldReader): ClassDeclaration | undefined {
  const state = entry.oneOf("state", STATES) ?? "created";
  const storage = entry.oneOf("storage", ["sqlite", "legacy-kv"]) ?? "sqlite";
  if (state === "deleted") return { state, className };
  if (state === "renamed") {
    return { state, className, to: entry.requiredText("renamed_to", IDENTIFIER, CLASS) };
  }
  if (state !== "created") return undefined;
  return { state, className, storage: storage === "sqlite" ? "sqlite" : "key-value" };
}

/** The classes that there are in the end. */
export function durableClasses(
  steps: readonly MigrationStep[],
  declarations: readonly ClassDeclaration[],
): string[] {
  const classes = new Set<string>();
  for (const step of steps) {
    for (const { className } of step.created) classes.add(className);
    for (const { from, to } of step.renamed) if (classes.delete(from)) classes.add(to);
    for (const className of step.deleted) classes.delete(className);
  }
  for (const { state, className } of declarations) if (state === "created") classes.add(className);
  return [...classes];
}

function classNames(entry: FieldReader, name: string): string[] {
  const names = entry.texts(name);
  for (const className of names) {
    if (!IDENTIFIER.test(className)) entry.fail(name, "a list of names of classes");
  }
  return names;
}

function created(storage: CreatedClass["storage"]): (className: string) => CreatedClass {
  return (className) => ({ className, storage });
}
