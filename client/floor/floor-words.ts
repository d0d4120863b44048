/** A task of a wall in words. */
import type { WallTask } from "../../domain/contract/walls.ts";
import { codeWords } from "../ui/words.ts";

const DO: Readonly<Record<NonNullable<WallTask["process"]>, string>> = {
  allocate: "Allocate",
  pick: "Pick",
  pack: "Pack",
  check: "Check",
  stage: "Bring to the dock",
};

/** `Pick zone C: 18 orders`, `Pack: 1 order, QC reject`, or the incident's own title. */
export function floorTitle({ title, process, zone, orders, code }: WallTask): string {
  if (title !== undefined) return title;
  const what = process === null ? "Load" : DO[process];
  const where = zone === undefined ? "" : ` zone ${zone}`;
  const count = `${orders} ${orders === 1 ? "order" : "orders"}`;
  return `${what}${where}: ${count}${code === undefined ? "" : `, ${codeWords(code)}`}`;
}
