/** Trucks of which it is known that they leave later: whoever was due with one is late because of it. */
import { truckOf } from "./attributes.ts";
import { causeTexts } from "./cause-words.ts";
import type { Candidate, TruckNews } from "./detection.ts";
import type { Look } from "./finding.ts";
import { isFree, take, type Search } from "./search.ts";
import { truckHabit } from "./words.ts";

/** Trucks that were told to come later, or did not come: whoever was due with them will be late, however well the floor works. */
export function lateTrucks(search: Search): void {
  const { look } = search;
  for (const news of look.truckNews) {
    const due = search.floor.filter(
      (one) => isFree(search, one.row) && waitsForTruck(look, one, news),
    );
    const members = due.flatMap(({ row }) => look.standing(row.id) ?? []);
    if (members.length === 0) continue;
    take(search, members, {
      kind: "pickup_endangered",
      cause: `pickup|${news.id}`,
      attributes: [
        { name: "pickup", value: news.id },
        { name: "carrier", value: news.carrier },
      ],
      ...causeTexts.lateTruck(look, news, members),
      inputs: { orders: members.length, planned: news.planned, expected: news.expected },
      atLeast: members.length,
      habit: `pickup|${truckHabit(news.id)}`,
    });
  }
}

const waitsForTruck = (look: Look, candidate: Candidate, news: TruckNews): boolean =>
  truckOf(candidate, look.policy.site) === news.id &&
  candidate.row.holds.length === 0 &&
  candidate.row.due !== null &&
  (news.expected === null || news.expected > candidate.row.due);
