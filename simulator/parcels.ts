/** What packing makes of an order: parcels with boxes and tracking codes. The same order always gets the same parcels. */
import type { Flow, Plan } from "./model.ts";
import { diceOf, throwDice } from "./random.ts";

const BOXES = [
  { lengthMm: 250, widthMm: 175, heightMm: 100, materialG: 110, fillerG: 10 },
  { lengthMm: 300, widthMm: 200, heightMm: 150, materialG: 199, fillerG: 25 },
  { lengthMm: 400, widthMm: 300, heightMm: 200, materialG: 410, fillerG: 60 },
] as const;
const UNITS_A_PARCEL = 5;

type Packed = {
  parcelId: string;
  lines: { line: number; quantity: number }[];
  carrier: string;
  service: string;
  trackingCode: string;
  weightG: number;
  box: Record<string, number>;
};

/** Body of `pack.completed`; fills the order's parcels at the first attempt. */
export function packParcels(plan: Plan, flow: Flow): Packed[] {
  const units = flow.lines.reduce((sum, line) => sum + line.quantity, 0);
  const count = units > UNITS_A_PARCEL && flow.lines.length > 1 ? 2 : 1;
  const packed = Array.from({ length: count }, (_, index) => aParcel(plan, flow, index, count));
  flow.parcels = packed.map(({ parcelId, trackingCode, lines }) => ({
    parcelId,
    trackingCode,
    lines: lines.map(({ line }) => line),
  }));
  return packed;
}

function aParcel(plan: Plan, flow: Flow, index: number, count: number): Packed {
  const dice = diceOf(plan.seed, "parcel", flow.id, index);
  const half = Math.ceil(flow.lines.length / count);
  const lines = flow.lines.slice(index * half, (index + 1) * half);
  const goodsG = lines.reduce((sum, line) => sum + line.quantity * line.weightG, 0);
  const box = BOXES[Math.min(BOXES.length - 1, Math.floor(goodsG / 2_500))] ?? BOXES[0];
  const litres = (box.lengthMm * box.widthMm * box.heightMm) / 1_000;
  return {
    parcelId: `${flow.id}-P${index + 1}`,
    lines: lines.map(({ line, quantity }) => ({ line, quantity })),
    carrier: flow.carrier,
    service: flow.service,
    trackingCode: `${flow.carrier}${String(Math.floor(throwDice(dice) * 1e10)).padStart(10, "0")}`,
    weightG: Math.round(goodsG + box.materialG + box.fillerG),
    box: { ...box, goodsVolumeMl: Math.round(litres * (0.35 + 0.5 * throwDice(dice))) },
  };
}
