/** What a look for incidents costs at a big site on a bad day, against one pass over the same rows: CPU, since that is what it takes from everything else. */
import { pickupStates } from "../../domain/board-model.ts";
import { detect } from "../../domain/incidents/detect.ts";
import type { Candidate, Scene } from "../../domain/incidents/detection.ts";
import { DEFAULT_POLICIES } from "../../domain/incidents/policies.ts";
import type { Site } from "../../domain/site.ts";
import { aRow } from "../support/board-rows.ts";
import { round, type Figure } from "./tables.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Monday noon in Berlin */
const NOW = Date.UTC(2026, 0, 12, 11);
const ORDERS = 10_000;
const WEEK = [1, 2, 3, 4, 5];
const CARRIERS = ["A", "B", "C", "D"];

const SITE: Site = {
  id: "BENCH",
  name: "Bench",
  timeZone: "Europe/Berlin",
  stages: ["received", "allocated", "picked", "packed", "checked", "staged", "handed_over"],
  shifts: [{ days: WEEK, from: "06:00", to: "22:00" }],
  stations: [],
  carriers: CARRIERS.map((id) => ({ id, pickups: [{ days: WEEK, at: "16:00" }] })),
  serviceLevels: [{ id: "A", carrier: "A", mode: "day", shipWithin: "P0D" }],
  stageBudgets: {},
};

const STAGES = ["received", "allocated", "released", "picked", "packing", "packed"] as const;

/** Fixed steps through carriers, zones, regions and 2,000 SKUs; 1,500 in trouble, most of them of zone C or for one truck. */
function candidateOf(number: number): Candidate {
  const mixed = (by: number, of: number): number => Math.floor(number * by) % of;
  const carrier = CARRIERS[mixed(1, 4)] ?? "A";
  const zone = `Z${mixed(7, 15)}`;
  const at = NOW + (2 + mixed(3, 4)) * HOUR;
  const isTroubled =
    number % 100 < 8 || (zone === "Z3" && number % 3 > 0) || (carrier === "B" && number % 7 === 0);
  return {
    row: aRow({
      id: `SO-${number}`,
      stage: STAGES[mixed(13, 6)] ?? "released",
      stageSince: NOW - HOUR,
      sev: isTroubled ? "at_risk" : "on_time",
      risk: isTroubled ? 0.9 : 0.1,
      actBy: at - HOUR,
      due: at,
      dueKind: "ship",
      carrier,
      service: carrier,
      zone,
      pickup: { id: `${carrier}-20260112-${1300 + 100 * mixed(3, 4)}`, at },
      holds: [],
      exceptions: [],
      value: 20 + mixed(17, 200),
    }),
    skus: [`SKU-${mixed(31, 2_000)}`, `SKU-${mixed(11, 300)}`],
    region: `R${mixed(17, 10)}`,
    holds: [],
    exceptions: [],
  };
}

function sceneOf(orders: ReadonlyMap<string, Candidate>, now: number): Scene {
  const rows = [...orders.values()].map(({ row }) => row);
  return {
    policy: { version: 1, site: SITE },
    policies: DEFAULT_POLICIES,
    version: 1,
    now,
    orders,
    pickups: pickupStates(rows, new Map()),
    trucks: [],
    truckNews: [],
    silent: [],
    dead: [],
    paces: [],
    arrivals: null,
    open: [],
    usual: () => 0,
  };
}

function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** A tenth of the orders changed since the look before, as on a busy floor they have not. */
export async function benchDetect(scale: number): Promise<Figure[]> {
  const orders = new Map<string, Candidate>();
  for (let number = 0; number < ORDERS; number += 1)
    orders.set(`SO-${number}`, candidateOf(number));
  const troubled = [...orders.values()].filter(({ row }) => row.sev === "at_risk").length;
  const looks = Math.max(5, Math.round(15 * scale));
  const [costs, passes]: [number[], number[]] = [[], []];
  let found = 0;
  for (let look = 0; look < looks; look += 1) {
    for (let number = look; number < ORDERS; number += 10)
      orders.set(`SO-${number}`, candidateOf(number));
    const scene = sceneOf(orders, NOW + look * MINUTE);
    costs.push(cpuOf(() => void (found = detect(scene).length)));
    passes.push(
      cpuOf(
        () =>
          void pickupStates(
            [...orders.values()].map(({ row }) => row),
            new Map(),
          ),
      ),
    );
  }
  const [cpuMs, passMs] = [median(costs), median(passes)];
  return [
    {
      id: "detect",
      what: `one look for incidents over ${ORDERS} open orders, ${troubled} at risk, CPU`,
      value: `${round(cpuMs)} ms, ${round(cpuMs / Math.max(0.1, passMs))} passes over the rows`,
      goal: "well under 100 ms",
      isMet: cpuMs < 100,
      raw: { cpuMs, passMs, orders: ORDERS, troubled, found },
    },
  ];
}
