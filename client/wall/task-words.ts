/** What is to be done, in words, and the address that its code leads to. */
import type { WallCause, WallTask } from "../../domain/contract/walls.ts";
import { en } from "../words/en.ts";

type Translate = (key: string, named: Record<string, unknown>, plural?: number) => string;
type Named = WallCause["about"][number];

const CODES: ReadonlySet<string> = new Set(Object.keys(en.code));

/** `pick:C`: a process, in a zone of it. */
function laneWords(value: string, t: Translate): string {
  const [process = "", zone] = value.split(":");
  if (process === "transit" || process === "backorder") return t(`cause.${process}`, {});
  const name = t(`process.${process === "dock" ? "stage" : process}`, {});
  return zone === undefined ? name : `${name} ${t("cause.zone", { name: zone })}`;
}

/** One thing that its orders share: names as they are, everything else in the wall's language. */
function sharedWords({ name, value }: Named, t: Translate): string {
  if (name === "process") return laneWords(value, t);
  if (name === "zone") return t("cause.zone", { name: value });
  if (name === "sku") return t("cause.sku", { name: value });
  if (name === "service") return t("cause.service", { name: value });
  if (name === "hold") return t("cause.hold", {});
  if (name === "arrivals") return t("cause.surge", {});
  if (name === "exception") return t(CODES.has(value) ? `code.${value}` : "cause.exception", {});
  return value;
}

/** Kinds that are a sentence of their own; of the others the names are the cause. */
const SENTENCES: Partial<Record<WallCause["kind"], string>> = {
  damage: "cause.damage",
  quality_reject: "cause.reject",
  manual: "cause.manual",
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `Carrier A, on the way: 8 orders`, `Damaged: SO-12`. */
function causeTitle({ kind, about }: WallCause, { orders: count, sev }: WallTask, t: Translate) {
  const orders = t("do.orders", { count }, count);
  const name = about.map((one) => sharedWords(one, t)).join(", ");
  const sentence = SENTENCES[kind];
  if (sentence !== undefined) return t(sentence, { name: name || orders });
  if (kind === "order_delay" && name !== "")
    return t(sev === "late" ? "cause.isLate" : "cause.willBeLate", { name });
  return `${capital(name || t("cause.common", {}))}: ${orders}`;
}

export function taskTitle(task: WallTask, t: Translate): string {
  const { cause, process, zone, orders: count } = task;
  if (cause !== undefined) return causeTitle(cause, task, t);
  if (process === "pick" && zone !== undefined) return t("do.pickZone", { zone, count });
  return t(`do.${process ?? "dock"}`, { count });
}

export function taskAddress(
  { id, incident }: WallTask,
  site: string,
  origin: string = location.origin,
): string {
  const query = new URLSearchParams({
    site,
    ...(incident === undefined ? { task: id } : { incident }),
  });
  return `${origin}/floor?${query}`;
}
