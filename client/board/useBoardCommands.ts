/** What the board offers to the palette. */
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

const groups = ({ show }: BoardOffers["route"]): Command[] => [
  {
    id: "group truck",
    label: "Group by departing truck",
    kind: KIND,
    icon: "truck",
    run: () => show({ group: "truck" }),
  },
  {
    id: "group stage",
    label: "Group by stage",
    kind: KIND,
    icon: "rows-3",
    run: () => show({ group: "stage" }),
  },
  {
    id: "group none",
    label: "No groups",
    kind: KIND,
    icon: "rows-3",
    run: () => show({ group: "none" }),
  },
];

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
