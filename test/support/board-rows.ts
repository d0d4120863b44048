/** Made-up rows of a busy site: the same ones for the same count. */
import type { LiveMetrics, Row } from "../../domain/board.ts";
import { compareUrgency } from "../../domain/board-model.ts";
import type { Severity, Stage } from "../../domain/stages.ts";

export const SITE_STAGES: Stage[] = [
  "received",
  "allocated",
  "released",
  "picking",
  "picked",
  "packing",
  "packed",
  "checked",
  "staged",
  "handed_over",
  "in_transit",
  "delivered",
];
const FLOOR = SITE_STAGES.slice(0, 9);
const CITIES = ["Hamburg", "Köln", "Wien", "Essen", "Bremen", "München", "Łódź"];
const CARRIERS = ["DHL", "UPS", "GLS", "PostNL"];
const WHYS = ["Carton size L is out at packing 3", "Zone C short: SKU 8841", "Failed check twice"];
const MINUTE = 60_000;

/** A small repeatable stream of numbers in [0, 1). */
function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

export function aRow(change: Partial<Row> = {}): Row {
  return {
    id: "SO-1",
    v: 1,
    stage: "picking",
    stageSince: 0,
    sev: "on_time",
    actBy: null,
    due: null,
    dueKind: "ship",
    risk: null,
    carrier: "DHL",
    service: "Express",
    pickup: null,
    flags: [],
    holds: [],
    exceptions: [],
    parcels: { total: 1, packed: 0, shipped: 0 },
    lines: 2,
    units: 3,
    find: [],
    placedAt: 0,
    ...change,
  };
}

function severityFor(slackMs: number, dice: number): Severity {
  if (dice < 0.01) return "unknown";
  if (slackMs < -120 * MINUTE) return "lost_cause";
  if (slackMs < 0) return "late";
  return slackMs < 30 * MINUTE && dice < 0.6 ? "at_risk" : "on_time";
}

const pick = <T>(list: readonly T[], share: number): T =>
  list[Math.floor(share * list.length)] as T;

/** `count` rows around `now`, the most urgent first: some late, a few lost and blind, most on time. */
export function generateRows(count: number, now: number): Row[] {
  const dice = createDice(7);
  const rows = Array.from({ length: count }, (_, index) => {
    const slack = (dice() * 30 - 2.3) * 60 * MINUTE;
    const due = now + slack;
    const sev = severityFor(slack, dice());
    const carrier = pick(CARRIERS, dice());
    const hour = Math.ceil(due / (60 * MINUTE)) * 60 * MINUTE;
    const stamp = new Date(hour).toISOString().slice(0, 13).replace(/[-T]/g, "");
    return aRow({
      id: `SO-${100_000 + index}`,
      stage: pick(FLOOR, dice()),
      stageSince: now - dice() * 90 * MINUTE,
      sev,
      actBy: due - 20 * MINUTE,
      due,
      carrier,
      pickup: { id: `${carrier}-${stamp.slice(0, 8)}-${stamp.slice(8)}00`, at: hour },
      station: pick(["P1", "P3", "C-07", "Q1"], dice()),
      holds: dice() < 0.04 ? [{ code: "ADDRESS_CHECK" }] : [],
      exceptions: dice() < 0.05 ? ["SHORT_PICK"] : [],
      lines: 1 + Math.floor(dice() * 12),
      units: 1 + Math.floor(dice() * 40),
      find: [`SKU-${Math.floor(dice() * 9_000)}`],
      shipTo: { city: pick(CITIES, dice()), country: "DE" },
      placedAt: now - dice() * 600 * MINUTE,
      ...(sev === "on_time" ? {} : { why: pick(WHYS, dice()) }),
      ...(dice() < 0.3 ? { owner: pick(["Ana", "Bo"], dice()) } : {}),
    });
  });
  return rows.sort(compareUrgency);
}

export function metricsOf(rows: Iterable<Row>, now: number): LiveMetrics {
  const list = [...rows];
  const stages = Object.fromEntries(
    SITE_STAGES.map((stage, index) => [
      stage,
      {
        wip: list.filter((row) => row.stage === stage).length,
        inPerHour: 40 + index,
        outPerHour: index === 5 ? 10 : 61,
        p50Ms: 20 * MINUTE,
        p90Ms: 55 * MINUTE,
        emptiesAt: index === 5 ? null : now + (index + 1) * 30 * MINUTE,
      },
    ]),
  );
  const severities: Record<string, number> = {};
  for (const row of list) severities[row.sev] = (severities[row.sev] ?? 0) + 1;
  return {
    at: now,
    open: list.length,
    severities,
    stages,
    onHold: list.filter((row) => row.holds.length > 0).length,
    actWithin30Min: 23,
    handedOverToday: list.length === 0 ? 0 : 2_914,
    shippedPerHour: 412,
    deadLetters: 2,
    waiting: 0,
    inboxLag: 0,
    closed: list.length === 0 ? {} : { delivered: 9_000 },
    promises: { shippedOnTime: 10, shippedLate: 1, deliveredOnTime: 8, deliveredLate: 1 },
  };
}
