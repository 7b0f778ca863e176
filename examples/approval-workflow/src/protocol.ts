/** What the page and the agent agree on. */

export interface Offer {
  readonly from: string;
  /** Euros. */
  readonly price: number;
}

/** How far a purchase is. */
export type Phase = "looking" | "asking" | "approved" | "ordered" | "declined";

export interface Purchase {
  readonly id: string;
  readonly what: string;
  readonly phase: Phase;
  /** What was found, the cheapest first. */
  readonly offers: readonly Offer[];
  /** Who decided. */
  readonly by?: string;
  /** Why it was declined. */
  readonly reason?: string;
  /** When it will be ordered; milliseconds since the Unix epoch. */
  readonly dueAt?: number;
  readonly confirmation?: string;
}

export interface DeskState {
  /** Newest first. */
  readonly purchases: readonly Purchase[];
}

/** What the page may ask of the agent. */
export interface DeskApi {
  readonly state: DeskState;
  request(what: string): Promise<string>;
  approve(id: string, by: string): Promise<void>;
  decline(id: string, by: string, reason: string): Promise<void>;
}

/** What the workflow tells the agent on its way. */
export type PurchaseProgress =
  | { readonly phase: "asking"; readonly offers: readonly Offer[] }
  | { readonly phase: "approved"; readonly by: string; readonly dueAt: number };

export const LONGEST_WISH = 100;
