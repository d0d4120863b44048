/** Which stage is looked at in particular, and stages in the order of an order's way. Pure. */
import { STAGE_ORDER } from "../ui/words.ts";
import type { Context } from "./panels.ts";

export const stageFocus = ({ view }: Context, usual: string): string =>
  view.focus === "" ? usual : view.focus;

const PLACES = new Map<string, number>(STAGE_ORDER.map((stage, place) => [stage, place]));
/** A leg over several milestones stands where it ends. */
const placeOf = (stage: string): number =>
  PLACES.get(stage.slice(stage.lastIndexOf("+") + 1)) ?? PLACES.size;

export const inOrder = <T extends { key: string }>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => placeOf(a.key) - placeOf(b.key) || a.key.length - b.key.length);

/** Up to the hand-over; after it the carrier's clock runs. */
export const isInHouse = (stage: string): boolean =>
  placeOf(stage) <= (PLACES.get("handed_over") ?? 0);
