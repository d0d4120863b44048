/** What can be tried for a truck, and how the answer reads. */
import type { WhatIfChange, WhatIfDone, WhatIfView } from "../../domain/contract/what-if.ts";
import type { StationOutlook } from "../../domain/staffing.ts";
import type { TruckView } from "./truck-view.ts";

export type Work = { id: string; words: string };

const PROCESS_OF: Readonly<Record<string, string>> = {
  allocation: "allocate",
  picking: "pick",
  packing: "pack",
  "quality control": "check",
  "the dock": "stage",
};

export type MoveDraft = { from: string; to: string; people: number };

const advisedIn = ({ outlook }: TruckView): MoveDraft | null => {
  const [advised] = outlook?.moves ?? [];
  const from = advised === undefined ? undefined : PROCESS_OF[advised.from];
  if (advised === undefined || from === undefined || !outlook?.bottleneck) return null;
  return { from, to: outlook.bottleneck, people: advised.people };
};

const loadOf = ({ need, capacity }: StationOutlook): number => need / Math.max(capacity, 1e-9);

const tightest = ({ outlook }: TruckView): string | undefined =>
  outlook?.stations?.toSorted((a, b) => loadOf(b) - loadOf(a))[0]?.process;

/** The move that the server advises, else one towards what holds the truck back. */
export function suggestedMove(truck: TruckView, works: readonly Work[]): MoveDraft {
  const advised = advisedIn(truck);
  if (advised !== null) return advised;
  const to = truck.outlook?.bottleneck ?? tightest(truck) ?? "";
  return { from: works.find(({ id }) => id !== to)?.id ?? "", to, people: 1 };
}

export const moveOf = ({ from, to, people }: MoveDraft): WhatIfChange => ({
  kind: "move",
  from,
  to,
  people,
});

const peopleWords = (people: number): string =>
  `${people} ${people === 1 ? "person moves" : "people move"}`;

/** What is tried, as it stands after "If": `1 person moves from picking to dock`. */
export const moveWords = ({ from, to, people }: MoveDraft, words: (id: string) => string): string =>
  `${peopleWords(people)} from ${words(from).toLowerCase()} to ${words(to).toLowerCase()}`;

/** One truck, as it goes and as it would go. */
export type TruckLine = { before: string; after: string; isBetter: boolean };

const missWords = ({ misses, orders }: { misses: number; orders: number }): string =>
  `${misses} of ${orders} expected to ship late`;

export function truckLine({ before, after }: WhatIfView, pickup: string): TruckLine | null {
  const was = before.pickups.find((one) => one.pickup === pickup);
  const is = after.pickups.find((one) => one.pickup === pickup);
  if (was === undefined || is === undefined) return null;
  return {
    before: missWords(was),
    after: missWords(is),
    isBetter: is.misses < was.misses,
  };
}

const orders = (number: number): string => `${number} ${number === 1 ? "order" : "orders"}`;

/** How right a what-if was that was done, by the orders whose verdict it was to turn. */
export function turnedWords({ saved, lost }: Pick<WhatIfDone, "saved" | "lost">): string[] {
  const told = (one: WhatIfDone["saved"], aim: string, kept: "left in time" | "missed"): string => {
    const said = `${orders(one.orders)} it was to ${aim}`;
    if (one.missed === null || one.known === null) return `${said}: what came is not known yet`;
    if (one.known === 0) return `${said}: no longer here`;
    const right = kept === "missed" ? one.missed : one.known - one.missed;
    return `${said}: ${right} of ${one.known} ${kept}`;
  };
  return [
    ...(saved.orders > 0 ? [told(saved, "save", "left in time")] : []),
    ...(lost.orders > 0 ? [told(lost, "lose", "missed")] : []),
  ];
}

/** How right a what-if was that was done, truck by truck. */
export function cameWords({
  expectedBefore,
  expectedAfter,
  missed,
  known,
}: WhatIfDone["pickups"][number]): string {
  const said = `${Math.round(expectedAfter)} misses expected with it, ${Math.round(expectedBefore)} without`;
  if (missed === null || known === null) return `${said}; what came is not known yet`;
  return known === 0
    ? `${said}; its orders are no longer here`
    : `${said}; ${missed} of ${known} missed`;
}
