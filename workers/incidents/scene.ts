/** A site at one moment, as its forecaster holds it: what the causes of trouble are found in. */
import { pickupStates } from "../../domain/board-model.ts";
import { arrivalsNow } from "../../domain/forecast/arrivals.ts";
import { slowPaces } from "../../domain/forecast/pace.ts";
import { dueTrucks } from "../../domain/incidents/attributes.ts";
import { candidateOf, hasLeftLate } from "../../domain/incidents/candidates.ts";
import type { Candidate, DeadCount, OpenCause, Scene } from "../../domain/incidents/detection.ts";
import { usualOf } from "../../domain/incidents/habits.ts";
import type { Rulebook } from "../../domain/incidents/rulebook.ts";
import { truckNews } from "../../domain/incidents/truck-news.ts";
import { isBeforeHandOver } from "../../domain/stages.ts";
import type { Held } from "../forecast/memory.ts";
import type { Desk, Room } from "../forecast/room.ts";

/** With less than this nobody asks where an order will wait. */
const RISKY = 0.5;

function besides({ pass }: Room, { floor, transit, said }: Held) {
  const isRisky = floor !== null && said !== undefined && said.p >= RISKY;
  const { evidence, alarm } = said ?? {};
  return {
    blind: evidence?.blind?.source,
    waitsFor: isRisky ? pass?.one(floor).bottleneck : undefined,
    leftLate: hasLeftLate(transit),
    alarmedAt: alarm?.raisedAt,
  };
}

/** Orders of which both the board's row and the record were read. */
function candidatesOf(room: Room): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>();
  for (const [id, held] of room.held) {
    const row = room.watched.rows.get(id);
    if (row !== undefined) candidates.set(id, candidateOf(held.before, row, besides(room, held)));
  }
  return candidates;
}

export type Beside = { dead: readonly DeadCount[]; open: readonly OpenCause[] };

export function sceneOf(room: Room, at: Desk, book: Rulebook, { dead, open }: Beside): Scene {
  const { plan, policies, now } = at;
  const orders = candidatesOf(room);
  const inside = [...orders.values()].filter(({ row }) => isBeforeHandOver(row.stage));
  const rows = inside.map(({ row }) => row);
  const { pass, model, facts } = room;
  const { timeZone } = plan.site;
  return {
    policy: policies.current,
    policies: book.policies,
    version: book.version,
    now,
    orders,
    pickups: pickupStates(rows, facts),
    trucks: [],
    truckNews: truckNews(dueTrucks(inside, plan.site), facts, now),
    silent: [...room.silent.values()],
    dead,
    paces: pass === null ? [] : slowPaces(model.floor, plan, pass.floor, facts),
    arrivals: arrivalsNow(model.floor.arrivals, timeZone, now),
    open,
    usual: (habit) => usualOf(room.watched.habits, timeZone, habit, now),
  };
}
