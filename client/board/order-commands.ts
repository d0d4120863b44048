/** Orders by what somebody types of them, for the palette: answered from the rows the page has, and an order number that is none of them is looked for. */
import type { Router } from "vue-router";
import type { Row } from "../../domain/board.ts";
import { SEVERITY_WORDS, STAGE_WORDS } from "../ui/words.ts";
import type { Command } from "../ui/commands.ts";

const LEAST = 2;
const MOST = 5;
/** What may be the number of an order: no blanks, and a digit somewhere. */
const NUMBER = /^(?=\S*\d)\S{3,128}$/;

const isKnownBy = (row: Row, typed: string): boolean =>
  row.id.toLowerCase().includes(typed) ||
  row.customerOrder?.toLowerCase().includes(typed) === true ||
  row.find.some((word) => word.toLowerCase().includes(typed));

/** Whole numbers first, then what begins so. */
const rank = ({ id }: Row, typed: string): number => {
  const low = id.toLowerCase();
  if (low === typed) return 0;
  return low.startsWith(typed) ? 1 : 2;
};

export function findOrders(rows: Iterable<Row>, typed: string): Row[] {
  const low = typed.trim().toLowerCase();
  if (low.length < LEAST) return [];
  const found: Row[] = [];
  for (const row of rows) if (isKnownBy(row, low)) found.push(row);
  return found.toSorted((a, b) => rank(a, low) - rank(b, low)).slice(0, MOST);
}

const ofRow = (row: Row, open: (id: string) => unknown): Command => ({
  id: `order ${row.id}`,
  label: `${row.id} · ${STAGE_WORDS[row.stage]}, ${SEVERITY_WORDS[row.sev].word}`,
  kind: "Order",
  icon: "package",
  run: () => open(row.id),
});

export function orderCommands(
  rows: ReadonlyMap<string, Row>,
  typed: string,
  router: Router,
  site: string,
): Command[] {
  const found = findOrders(rows.values(), typed);
  const open = (id: string) => router.push({ path: "/board", query: { site, order: id } });
  const commands = found.map((row) => ofRow(row, open));
  const number = typed.trim();
  if (commands.length > 0 || !NUMBER.test(number)) return commands;
  return [
    {
      id: `order ${number}`,
      label: `${number}, not among the open orders`,
      kind: "Order",
      icon: "search",
      run: () => router.push({ path: `/orders/${encodeURIComponent(number)}`, query: { site } }),
    },
  ];
}
