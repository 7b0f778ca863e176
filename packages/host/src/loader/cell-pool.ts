import { systemClock } from "../clock.ts";
import { FreeholdError } from "../errors.ts";
import { Cell, type CellRoom } from "./cell.ts";

/** How many processes of loaded Workers one binding may have. */
const MOST_CELLS = 64;

/** The processes of the loaded Workers of one binding. */
export class CellPool {
  readonly #room: CellRoom;
  /** The one that was opened first comes first. */
  readonly #cells = new Set<Cell>();
  #isClosed = false;

  constructor(room: CellRoom) {
    this.#room = room;
  }

  /** Whether time is not the machine's. */
  get hasVirtualTime(): boolean {
    return this.#room.clock !== systemClock;
  }

  /** @throws FreeholdError `HOST_CLOSED`, `LOADER_TOO_MANY` */
  open(): Cell {
    if (this.#isClosed) throw closed();
    if (this.#cells.size >= MOST_CELLS) this.#makeRoom();
    const cell = new Cell(this.#room);
    this.#cells.add(cell);
    void cell.ended.then(() => this.#cells.delete(cell));
    return cell;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const cells = [...this.#cells];
    for (const cell of cells) cell.end();
    await Promise.all(cells.map(({ ended }) => ended));
  }

  #makeRoom(): void {
    for (const cell of this.#cells) {
      if (cell.hasEnded || !cell.isQuiet) continue;
      this.#cells.delete(cell);
      cell.end();
      return;
    }
    throw new FreeholdError(
      "LOADER_TOO_MANY",
      `There are ${MOST_CELLS} loaded Workers, and all are in use.`,
      { help: "Load fewer at a time, and dispose of the stubs that they gave." },
    );
  }
}

function closed(): FreeholdError {
  return new FreeholdError("HOST_CLOSED", "The host does not run.", {
    help: "Use a host between its start and its end.",
  });
}
