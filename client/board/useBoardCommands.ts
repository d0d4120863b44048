/** What the board offers to the palette. */
import { GROUP_KEYS, GROUP_WORDS } from "../stores/board-groups.ts";
import { useSession } from "../stores/session.ts";
import { useCommands, type Command } from "../ui/commands.ts";
import { SEVERITY_ORDER, SEVERITY_WORDS, STAGE_WORDS } from "../ui/words.ts";
import type { BoardRoute } from "./useBoardRoute.ts";

export type BoardOffers = {
  route: Pick<BoardRoute, "show" | "openView">;
  saveView: () => unknown;
  exportView: () => unknown;
  print: () => unknown;
  openBeside: () => unknown;
  toggleTrends: () => unknown;
};

const KIND = "Board";

function filters({ show }: BoardOffers["route"]): Command[] {
  const session = useSession();
  return [
    ...SEVERITY_ORDER.map((severity): Command => ({
      id: `only ${severity}`,
      label: `Only ${SEVERITY_WORDS[severity].word}`,
      kind: "Filter",
      icon: "list-filter",
      run: () => show({ severities: [severity] }),
    })),
    ...(session.site?.stages ?? []).map((stage): Command => ({
      id: `only ${stage}`,
      label: `Only ${STAGE_WORDS[stage].toLowerCase()}`,
      kind: "Filter",
      icon: "list-filter",
      run: () => show({ stages: [stage] }),
    })),
  ];
}

const groups = ({ show }: BoardOffers["route"]): Command[] =>
  GROUP_KEYS.map((group) => ({
    id: `group ${group}`,
    label: group === "none" ? "No groups" : `Group by ${GROUP_WORDS[group]}`,
    kind: KIND,
    icon: group === "truck" ? "truck" : "rows-3",
    run: () => show({ group }),
  }));

export function useBoardCommands(offers: BoardOffers): void {
  const { route, saveView, exportView, print, openBeside, toggleTrends } = offers;
  useCommands(() => [
    ...groups(route),
    {
      id: "view all",
      label: "All orders",
      kind: "View",
      icon: "layout-grid",
      run: () => route.openView(null),
    },
    {
      id: "view save",
      label: "Save this view",
      kind: "View",
      icon: "download",
      keys: "Shift V",
      run: saveView,
    },
    { id: "csv", label: "CSV of this view", kind: KIND, icon: "download", run: exportView },
    { id: "print", label: "Print this view", kind: KIND, icon: "scroll-text", run: print },
    {
      id: "beside",
      label: "Second window for the order",
      kind: KIND,
      icon: "monitor",
      run: openBeside,
    },
    {
      id: "trends",
      label: "Trends beside the board",
      kind: KIND,
      icon: "chart-line",
      run: toggleTrends,
    },
    ...filters(route),
  ]);
}
