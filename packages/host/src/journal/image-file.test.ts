import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemFiles } from "../files.ts";
import { systemRandom } from "../random.ts";
import { Database, IN_MEMORY } from "../storage/database.ts";
import { adoptFirst, firstName, sealed } from "./first-image.ts";
import { ImageFile } from "./image-file.ts";
import { LogFile } from "./log-file.ts";
import { LogSyncs } from "./log-syncs.ts";

const SALTS = new Uint8Array(8);

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "freehold-image-"));
  path = join(directory, "a.sqlite");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function imageFile(mostBytes = 1024 * 1024): ImageFile {
  return new ImageFile({
    ...{ path, mostBytes, files: systemFiles, random: systemRandom, keepsAdded: true },
    create: (image, salts) => writeFileSync(path, sealed(image, salts)),
    logged: () => undefined,
  });
}

function memory(image?: Uint8Array): Database {
  return new Database(IN_MEMORY, "none", undefined, undefined, image);
}

/** What SQLite makes of the file and its log. */
function rowsBySqlite(): unknown {
  const copy = join(directory, "copy.sqlite");
  for (const end of ["", "-wal"]) {
    rmSync(`${copy}${end}`, { force: true });
    if (existsSync(`${path}${end}`)) copyFileSync(`${path}${end}`, `${copy}${end}`);
  }
  const database = new DatabaseSync(copy);
  database.exec("PRAGMA synchronous = OFF");
  expect(database.prepare("PRAGMA integrity_check").get()).toMatchObject({ integrity_check: "ok" });
  const rows = database.prepare("SELECT n, length(b) AS bytes FROM t ORDER BY n").all();
  database.close();
  return rows.map(({ n, bytes }) => [n, bytes]);
}

const rowsOf = (database: Database) =>
  database.all("SELECT n, length(b) FROM t ORDER BY n").map((row) => row.map(Number));

describe("an object that is held in memory", () => {
  test("has at hand what was added to its log since somebody asked", () => {
    const file = imageFile();
    const database = memory();
    const change = (bytes: number) => {
      database.run("INSERT INTO t (b) VALUES (zeroblob(?))", BigInt(bytes));
      file.save(database.image());
    };
    database.run("CREATE TABLE t (n INTEGER PRIMARY KEY, b)");
    file.save(database.image());
    expect(file.takeAdded()).toBe(undefined);
    change(10);
    change(9000);
    const first = file.takeAdded();
    expect(first?.at).toBe(0);
    expect(Buffer.from(first?.bytes ?? []).equals(readFileSync(`${path}-wal`))).toBe(true);
    expect(file.takeAdded()).toBe(undefined);
    change(10);
    const second = file.takeAdded();
    expect(second?.at).toBe(first?.bytes.byteLength);
    const log = new LogFile(systemFiles, new LogSyncs(systemFiles), `${path}-wal`);
    expect(second?.end).toEqual(log.place());
    expect(first && log.addedSince(first.end)).toMatchObject({ at: second?.at, end: second?.end });
    log.close();
    file.forget();
    expect(file.takeAdded()).toBe(undefined);
  });

  test("is what SQLite, and the next one who reads it, finds in file and log", () => {
    const change = fc.oneof(
      fc.record({ insert: fc.nat(12_000) }),
      fc.record({ remove: fc.nat(40) }),
      fc.record({ reopen: fc.constant(true) }),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 30 }), (changes) => {
        for (const end of ["", "-wal"]) rmSync(`${path}${end}`, { force: true });
        let file = imageFile();
        let database = memory();
        database.run("CREATE TABLE t (n INTEGER PRIMARY KEY, b)");
        file.save(database.image());
        for (const each of changes) {
          if ("insert" in each) {
            database.run("INSERT INTO t (b) VALUES (zeroblob(?))", BigInt(each.insert));
          } else if ("remove" in each) {
            database.run("DELETE FROM t WHERE n % 41 = ?", BigInt(each.remove));
          } else {
            file.forget();
            file = imageFile();
            const image = file.read();
            // Past its bound SQLite takes the log over.
            if (image === undefined) break;
            const again = memory(image);
            expect(rowsOf(again)).toEqual(rowsOf(database));
            database.close();
            database = again;
          }
          file.save(database.image());
        }
        expect(rowsBySqlite()).toEqual(rowsOf(database));
        file.forget();
        database.close();
      }),
      { numRuns: 20 },
    );
  });

  test("is too large past the bound, in the file or with its log", () => {
    const file = imageFile(16 * 1024);
    const database = memory();
    database.run("CREATE TABLE t (n INTEGER PRIMARY KEY, b)");
    file.save(database.image());
    expect([file.isLarge, imageFile(16 * 1024).read()?.byteLength]).toEqual([false, 8192]);
    database.run("INSERT INTO t (b) VALUES (zeroblob(20000))");
    file.save(database.image());
    expect([file.isLarge, imageFile(16 * 1024).read()]).toEqual([true, undefined]);
    file.forget();
    for (const pages of [4, 5]) {
      rmSync(`${path}-wal`, { force: true });
      const whole = memory();
      whole.run("CREATE TABLE t (b)");
      for (let page = 2; page < pages; page += 1) whole.run(`CREATE TABLE t${page} (b)`);
      writeFileSync(path, sealed(whole.image(), SALTS));
      whole.close();
      expect(imageFile(16 * 1024).read()?.byteLength).toBe(pages === 4 ? 16 * 1024 : undefined);
    }
    database.close();
  });

  test("does not go on in a log that another program has folded away", () => {
    const file = imageFile();
    const database = memory();
    database.run("CREATE TABLE t (n INTEGER PRIMARY KEY, b)");
    file.save(database.image());
    const insert = () => {
      database.run("INSERT INTO t (b) VALUES (1)");
      file.save(database.image());
    };
    insert();
    const other = new DatabaseSync(path);
    expect(other.prepare("SELECT count(*) AS n FROM t").get()).toMatchObject({ n: 1 });
    other.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(insert).toThrow(expect.objectContaining({ code: "STORAGE_TOUCHED" }));
    file.forget();
    database.close();
    const left = memory(imageFile().read());
    expect(left.get("SELECT count(*) FROM t")).toEqual([1n]);
    left.close();
  });

  test.each([
    ["nothing", Buffer.alloc(0)],
    ["zeros", Buffer.alloc(4096)],
    ["something else", Buffer.from("These are notes. ".repeat(1000))],
  ])("is left to SQLite when its file holds %s", (_, bytes) => {
    writeFileSync(path, bytes);
    expect(imageFile().read()).toBe(undefined);
  });
});

describe("a new file that a crash left under its first name", () => {
  const image = () => {
    const database = memory();
    database.run("CREATE TABLE t (n INTEGER PRIMARY KEY, b)");
    const bytes = database.image();
    database.close();
    return bytes;
  };

  test("gets its own name when it is whole", () => {
    writeFileSync(firstName(path), sealed(image(), SALTS));
    adoptFirst(systemFiles, path);
    expect(existsSync(firstName(path))).toBe(false);
    expect(rowsBySqlite()).toEqual([]);
  });

  test("goes, with its log, when any sector of it is missing", () => {
    const whole = Buffer.from(sealed(image(), SALTS));
    for (let at = 0; at < whole.length; at += 512) {
      const torn = Buffer.from(whole);
      torn.fill(0xff, at, Math.min(at + 512, torn.length));
      for (const bytes of [torn, whole.subarray(0, at)]) {
        writeFileSync(firstName(path), bytes);
        writeFileSync(`${path}-wal`, "a log");
        adoptFirst(systemFiles, path);
        expect([path, firstName(path), `${path}-wal`].filter(existsSync)).toEqual([]);
      }
    }
  });

  test("goes when the file has its own name as well", () => {
    writeFileSync(path, sealed(image(), SALTS));
    writeFileSync(`${path}-wal`, "a log");
    writeFileSync(firstName(path), sealed(image(), SALTS));
    adoptFirst(systemFiles, path);
    expect(existsSync(firstName(path))).toBe(false);
    expect(readFileSync(`${path}-wal`, "utf8")).toBe("a log");
  });
});
