/** What is copied at once, and what is known here of the orders that it touches. */
import type { Incident } from "../domain/incidents/incident.ts";
import type { Site, SitePolicy } from "../domain/site.ts";
import type { History, Writing } from "./open.ts";
import type { OrderRow, Tables } from "./schema.ts";

export type Place = { epoch: string; seq: number };
export type Checkpoint = Tables["checkpoints"];
/** `text` null: it is not in the live store. */
export type ReadOrder = { id: string; text: string | null };

export type Stretch = {
  site: string;
  /** null: nothing of the site is here yet */
  from: Place | null;
  to: Place & { at: number };
  /** orders that changed, as they are now */
  orders: readonly ReadOrder[];
  /** incidents that it tells of, as they were then */
  incidents?: readonly Incident[];
  /** row of `segments` that it belongs to */
  segment?: Tables["segments"] | undefined;
  /** 1 when the log was gone before it was copied */
  gap?: 0 | 1;
  backfill?: string | null;
  /** orders that are neither here nor in the live store any more are lost there: taken away here too */
  isReconciling?: boolean;
  /** measured anew from what is here: what left the live store stays archived */
  isRemeasuring?: boolean;
};

export type Policies = {
  zone: string;
  /** the site as it is now */
  current: Site;
  of: (version: number) => SitePolicy;
  /** rules by version, to be kept */
  rules: ReadonlyMap<number, string>;
};

const KNOWN_COLUMNS = ["id", "customer_order", "epoch", "v", "facts", "archived_at"] as const;
export type Known = Pick<OrderRow, (typeof KNOWN_COLUMNS)[number]>;
export const CHUNK = 500;

export const knownBy = (
  history: History,
  trx: Writing,
  site: string,
  column: "id" | "customer_order",
  values: readonly string[],
): Promise<Known[]> =>
  history.find(
    trx,
    "orders",
    KNOWN_COLUMNS,
    ["site", column],
    values.map((value) => [site, value]),
  );
