/** Changes as commits log them. */
import type { LoggedChange } from "../../domain/contract/log-entry.ts";

/** One that changed nothing but what is given. */
export const aChange = (given: Partial<LoggedChange> = {}): LoggedChange => ({
  at: 1,
  rows: [],
  removed: [],
  counters: {},
  totals: {},
  sources: {},
  facts: {},
  dead: 0,
  waiting: 0,
  cursor: "1-0",
  ...given,
});
