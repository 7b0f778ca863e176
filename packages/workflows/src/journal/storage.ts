/** A row as a query answers it: BLOBs are `ArrayBuffer`s. */
type Row = Readonly<Record<string, unknown>>;

interface Rows extends Iterable<Row> {
  toArray(): Row[];
}

/** Where an instance is kept: in its object's storage, or in the file that a stopped host has left. */
export interface InstanceStorage {
  readonly sql: {
    /** In bytes. */
    readonly databaseSize: number;
    exec(query: string, ...bindings: unknown[]): Rows;
  };
}
