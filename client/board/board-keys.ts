/** What the keys do on the board: the one table behind the keys themselves and behind the sheet. */
import type { KeyEntry } from "../ui/key-table.ts";

/** Everything the board can be told by a key. */
export type BoardDeeds = {
  move: (step: number) => unknown;
  page: (direction: 1 | -1) => unknown;
  ends: (which: "first" | "last") => unknown;
  act: () => unknown;
  select: () => unknown;
  extend: (step: 1 | -1) => unknown;
  selectAll: () => unknown;
  escape: () => unknown;
  search: () => unknown;
  filters: () => unknown;
  still: () => unknown;
  openView: (number: number) => unknown;
  nextView: (step: 1 | -1) => unknown;
  saveView: () => unknown;
};

const VIEWS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

const along = (deeds: BoardDeeds): KeyEntry[] => [
  { keys: ["J", "ArrowDown"], what: "next order", run: () => deeds.move(1) },
  { keys: ["K", "ArrowUp"], what: "previous order", run: () => deeds.move(-1) },
  { keys: ["PageDown"], what: "a page on", run: () => deeds.page(1) },
  { keys: ["PageUp"], what: "a page back", run: () => deeds.page(-1) },
  { keys: ["Home"], what: "the first", run: () => deeds.ends("first") },
  { keys: ["End"], what: "the last", run: () => deeds.ends("last") },
  { keys: ["O"], what: "open the order, or close and open a group", run: deeds.act },
  { keys: ["Enter"], what: "the same, on a row" },
];

const choosing = (deeds: BoardDeeds): KeyEntry[] => [
  { keys: ["X"], what: "select", run: deeds.select },
  { keys: ["Space"], what: "select, on a row" },
  {
    keys: ["Shift+J", "Shift+ArrowDown"],
    what: "select and go on",
    run: () => deeds.extend(1),
  },
  { keys: ["Shift+K", "Shift+ArrowUp"], what: "select and go back", run: () => deeds.extend(-1) },
  { keys: ["Ctrl+A"], what: "select all that is shown", run: deeds.selectAll },
  { keys: ["Escape"], what: "close, then clear the selection", run: deeds.escape },
];

const looking = (deeds: BoardDeeds): KeyEntry[] => [
  { keys: ["/"], what: "search", run: deeds.search },
  { keys: ["F"], what: "filters", run: deeds.filters },
  { keys: ["Alt 1 … 9"], what: "filter by a stage" },
  { keys: ["."], what: "take what waits, hold the list still, let go", run: deeds.still },
  {
    keys: VIEWS.map((number) => `V ${number}`),
    shown: ["V 1 … 9"],
    what: "a saved view",
    run: ({ key }) => deeds.openView(Number(key)),
  },
  { keys: ["]"], what: "next saved view", run: () => deeds.nextView(1) },
  { keys: ["["], what: "previous saved view", run: () => deeds.nextView(-1) },
  { keys: ["Shift+V"], what: "save what is shown as a view", run: deeds.saveView },
];

export const boardKeys = (deeds: BoardDeeds): KeyEntry[] => [
  ...along(deeds),
  ...choosing(deeds),
  ...looking(deeds),
];
