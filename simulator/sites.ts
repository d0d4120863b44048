/** Sites for runs without a server: the calendar, cut-offs and trucks of the reference scenario. */
import type { Site } from "../domain/site.ts";
import { FORWARD_STAGES } from "../domain/stages.ts";
import type { Profile } from "./presets.ts";

const WEEK = [1, 2, 3, 4, 5];

type Times = { carrier: string; cutOff: string; leaves: string; days: number };
const CARRIERS: readonly Times[] = [
  { carrier: "A", cutOff: "13:00", leaves: "16:00", days: 1 },
  { carrier: "B", cutOff: "15:00", leaves: "18:00", days: 2 },
  { carrier: "C", cutOff: "18:00", leaves: "21:00", days: 3 },
];

/** The site of a profile; its sites file entry is what a server needs to judge the generated events. */
export const referenceSite = ({ site: { id, timeZone } }: Profile): Site => ({
  id,
  name: `Site ${id}`,
  timeZone,
  stages: [...FORWARD_STAGES],
  shifts: [
    { name: "early", days: WEEK, from: "06:00", to: "14:00" },
    { name: "late", days: WEEK, from: "14:00", to: "22:00" },
    { name: "saturday", days: [6], from: "08:00", to: "13:00" },
  ],
  stations: [],
  carriers: CARRIERS.map(({ carrier, leaves, days }) => ({
    id: carrier,
    pickups: [
      { days: WEEK, at: leaves },
      { days: [6], at: "12:00" },
    ],
    transitDays: days,
  })),
  serviceLevels: CARRIERS.map(({ carrier, cutOff }) => ({
    id: carrier,
    carrier,
    mode: "day" as const,
    shipWithin: "P0D",
    cutOff: [
      { days: WEEK, at: cutOff },
      { days: [6], at: "09:00" },
    ],
  })),
  stageBudgets: {
    received: "PT30M",
    allocated: "PT90M",
    picked: "PT40M",
    packed: "PT20M",
    staged: "PT15M",
  },
  dockBuffer: "PT15M",
  nodes: [{ id: "3pl-north" }],
});
