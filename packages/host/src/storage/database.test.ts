import { DatabaseSync } from "node:sqlite";
import { queryObjects } from "node:v8";
import { expect, test } from "vitest";
import { Database } from "./database.ts";
import { Statements } from "./statements.ts";

const connections = () => queryObjects(DatabaseSync, { format: "count" });

function useOnce(): void {
  const database = new Database(":memory:");
  const statements = new Statements(database);
  database.run("CREATE TABLE numbers (n INTEGER)");
  database.get("SELECT count(*) FROM numbers");
  database.prepare("INSERT INTO numbers VALUES (1)");
  expect(statements).toBeDefined();
  database.close();
}

test("closed databases leave nothing in memory, their statements included", () => {
  useOnce();
  const before = connections();
  for (let count = 0; count < 50; count++) useOnce();
  expect(connections() - before).toBeLessThan(10);
});
