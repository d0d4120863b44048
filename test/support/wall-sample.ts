/** A wall's site at a moment, made up and always the same: for pictures of walls. */
import type { DisplayCommand } from "../../domain/contract/displays.ts";
import type { WallSample, WallTask, WallTruck } from "../../domain/contract/walls.ts";

const MINUTE = 60_000;

/** What the page of a wall keeps when it is paired. */
export const WALL_TOKEN = "a-wall-of-the-stand";

const truck = (carrier: string, at: number, counts: Partial<WallTruck>): WallTruck => ({
  id: `${carrier}-${new Date(at).toISOString().replaceAll(/[-:]/g, "").slice(0, 13).replace("T", "-")}`,
  carrier,
  at,
  due: 40,
  safe: 31,
  savable: 0,
  lost: 0,
  blind: 0,
  packed: 22,
  shouldBe: 28,
  hasLeft: false,
  ...counts,
});

const task = (id: string, now: number, change: Partial<WallTask>): WallTask => ({
  id,
  severity: 2,
  sev: "at_risk",
  process: null,
  orders: 9,
  actBy: now + 29.5 * MINUTE,
  truck: null,
  state: "open",
  ...change,
});

const about = (name: string, value: string) => [{ name, value }];

export const aWallSample = (now: number): WallSample => ({
  site: "BER1",
  at: now,
  weekday: 1,
  shift: { name: "early", from: now - 300 * MINUTE, until: now + 180 * MINUTE },
  nextShiftAt: null,
  counts: { open: 1_284, late: 12, savable: 47, lost: 3, blind: 0 },
  trucks: [
    truck("DHL", now + 53.5 * MINUTE, { savable: 9 }),
    truck("UPS", now + 83.5 * MINUTE, { savable: 4, lost: 1 }),
    truck("GLS", now + 113.5 * MINUTE, { safe: 118 }),
    truck("PostNL", now + 143.5 * MINUTE, { safe: 64 }),
  ],
  stations: [
    {
      process: "pick",
      waiting: 61,
      perHour: 402,
      neededPerHour: 418,
      emptyAt: now + 63.5 * MINUTE,
    },
    { process: "pack", waiting: 188, perHour: 251, neededPerHour: 402, emptyAt: null },
    {
      process: "check",
      waiting: 22,
      perHour: 431,
      neededPerHour: 390,
      emptyAt: now + 3.5 * MINUTE,
    },
    { process: "stage", waiting: 0, perHour: 440, neededPerHour: 400, emptyAt: null },
  ],
  bottleneck: "pack",
  tasks: [
    task("INC-1", now, {
      incident: "INC-1",
      title: "Packing stands still",
      cause: { kind: "common_cause", about: about("process", "pack") },
      sev: "late",
      orders: 18,
    }),
    task("INC-2", now, {
      incident: "INC-2",
      title: "DHL 15:00: 9 parcels not packed",
      cause: { kind: "pickup_endangered", about: about("pickup", "DHL 15:00") },
      state: "taken",
    }),
    task("t3", now, { process: "pick", zone: "C" }),
  ],
  moreTasks: 2,
  today: {
    shipped: 2_914,
    onTime: 964,
    late: 36,
    lastHour: 412,
    shippedInShift: 1_710,
    since: null,
    record: { shipped: 3_402, day: "2026-11-20" },
  },
  quality: {
    damaged: 2,
    rejected: 5,
    short: 0,
    groups: [
      { code: "DAMAGED_INTERNAL", place: "C-06", orders: 2 },
      { code: "QC_REJECT", place: "P3", orders: 5 },
    ],
  },
  notice: { text: "Overtime until 21:00, thank you", until: null },
});

export type WallLook = Extract<DisplayCommand, { command: "layout" }>["settings"];

export const wallLayout = (settings: WallLook): Extract<DisplayCommand, { command: "layout" }> => ({
  command: "layout",
  name: "Hall A east",
  site: "BER1",
  siteName: "Berlin 1",
  timeZone: "Europe/Berlin",
  settings,
  blank: false,
  message: null,
  reloadAt: 0,
});
