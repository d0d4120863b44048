/** Rows under headers: a group is a run of rows with the same key in a list sorted by that key first. Pure. */
import type { Row } from "../../domain/board.ts";
import type { Severity } from "../../domain/stages.ts";
import type { GroupOf } from "./board-view.ts";

export type Group = {
  group: string;
  label: string;
  count: number;
  severities: Partial<Record<Severity, number>>;
  isClosed: boolean;
};
export type Entry = Row | Group;
export const isGroup = (entry: Entry): entry is Group => "group" in entry;

export function groupRows(rows: readonly Row[], by: GroupOf, closed: ReadonlySet<string>): Entry[] {
  const entries: Entry[] = [];
  let group: Group | null = null;
  for (const row of rows) {
    const key = by.key(row);
    if (group === null || group.group !== key) {
      const label = by.label(key, row);
      group = { group: key, label, count: 0, severities: {}, isClosed: closed.has(key) };
      entries.push(group);
    }
    group.count += 1;
    group.severities[row.sev] = (group.severities[row.sev] ?? 0) + 1;
    if (!group.isClosed) entries.push(row);
  }
  return entries;
}
