/** The keys of the inbox: one action each, on what is chosen, else on the incident that is open or has the focus. Listed for `?` by the table that makes them work. */
import { useEventListener } from "@vueuse/core";
import { useSession } from "../stores/session.ts";
import { type KeyEntry, useKeyTable } from "../ui/key-table.ts";
import type { Asking } from "./IncidentForms.vue";
import { FOLDERS, type Folder } from "./inbox-model.ts";

export type InboxHands = {
  /** so many lines down, or up */
  move: (step: number) => void;
  /** more lines than there are */
  ends: () => number;
  open: (id: string) => unknown;
  select: (id: string) => unknown;
  /** selects it, goes so many lines on, and selects that */
  extend: (step: number) => void;
  selectAll: () => void;
  take: () => unknown;
  ask: (what: Asking) => unknown;
  shelveOrBack: () => unknown;
  comment: () => unknown;
  begin: () => void;
  foldLost: () => void;
  settle: () => void;
  show: (folder: Folder) => void;
  escape: () => void;
};

const choosing = (active: () => string, hands: InboxHands): KeyEntry[] => [
  { keys: ["X"], what: "select", run: () => hands.select(active()) },
  { keys: ["Space"], what: "select, on a line" },
  { keys: ["Shift+J", "Shift+ArrowDown"], what: "select and go on", run: () => hands.extend(1) },
  { keys: ["Shift+K", "Shift+ArrowUp"], what: "select and go back", run: () => hands.extend(-1) },
  { keys: ["Ctrl+A"], what: "select all that are shown", run: hands.selectAll },
];

export function useInboxKeys(active: () => string, hands: InboxHands): void {
  const session = useSession();
  const isFor = () => session.may("incidents:act");
  const asking = (what: Asking) => () => hands.ask(what);

  useKeyTable("Inbox", [
    { keys: ["J", "ArrowDown"], what: "next incident", run: () => hands.move(1) },
    { keys: ["K", "ArrowUp"], what: "previous incident", run: () => hands.move(-1) },
    { keys: ["Home"], what: "the first", run: () => hands.move(-hands.ends()) },
    { keys: ["End"], what: "the last", run: () => hands.move(hands.ends()) },
    { keys: ["O"], what: "open it", run: () => active() !== "" && hands.open(active()) },
    { keys: ["Enter"], what: "open it, on a line" },
    ...choosing(active, hands),
    {
      keys: ["Shift+A"],
      what: "it is yours, for half of the time that is left",
      run: hands.take,
      isFor,
    },
    {
      keys: ["A"],
      what: "acknowledge; then 1 to 4 for 15, 30, 60 min or until the last moment",
      run: asking("acknowledge"),
      isFor,
    },
    { keys: ["C"], what: "assign to somebody", run: asking("assign"), isFor },
    { keys: ["E"], what: "escalate now", run: asking("escalate"), isFor },
    {
      keys: ["S"],
      what: "shelve (then 1 to 4 for how long), or take from the shelf",
      run: hands.shelveOrBack,
      isFor,
    },
    { keys: ["R"], what: "resolve", run: asking("resolve"), isFor },
    { keys: ["D"], what: "noise: should never have been raised", run: asking("noise"), isFor },
    { keys: ["N"], what: "comment", run: hands.comment },
    { keys: ["I"], what: "open an incident", run: hands.begin, isFor },
    { keys: ["L"], what: "show what is folded", run: hands.foldLost },
    { keys: ["."], what: "take the changes that wait", run: hands.settle },
    { keys: ["Alt 1 … 5"], what: "unowned, mine, team, shelved, resolved" },
    { keys: ["Escape"], what: "close, then clear the selection", run: hands.escape },
  ]);

  useEventListener(document, "keydown", (event: KeyboardEvent) => {
    const folderAt = event.altKey ? /^Digit([1-5])$/.exec(event.code) : null;
    const next = folderAt === null ? undefined : FOLDERS[Number(folderAt[1]) - 1];
    if (next !== undefined) {
      event.preventDefault();
      return hands.show(next);
    }
    if (!(event.target instanceof Element) || !event.target.matches("[role=option]")) return;
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (event.key === "Enter") hands.open(active());
    else hands.select(active());
  });
}
