/** Which order was sent in place of which. */
import type { Migration } from "./migration.ts";

export const REPLACEMENTS: Migration = {
  name: "0005-replacements",
  phase: "expand",
  statements: [
    `create table replacements (site text not null, replaced_id text not null, order_id text not null, primary key (site, replaced_id))`,
  ],
};
