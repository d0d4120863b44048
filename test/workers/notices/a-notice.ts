import { randomBytes } from "node:crypto";
import type { Notice } from "../../../domain/incidents/notice.ts";

export const aNotice = (change: Partial<Notice>): Notice => ({
  id: `n-${randomBytes(6).toString("hex")}`,
  site: "BER1",
  incident: "INC-7",
  why: "escalated",
  at: Date.now(),
  targets: [],
  people: [],
  important: false,
  title: "Packing P3 at 40 % of its pace",
  severity: "S1",
  kind: "common_cause",
  actBy: Date.now() + 3_600_000,
  orders: 17,
  doThis: "Move 2 people from picking",
  words: "Nobody has taken it for 15 minutes",
  generation: 1,
  step: 1,
  round: 0,
  ...change,
});
