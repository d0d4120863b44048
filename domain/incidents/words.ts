/** How incidents speak: titles and next steps in the words of the floor. */
import { inPlainWords } from "../codes.ts";
import { laneInWords, timeInWords } from "../forecast/explain.ts";
import { readPickupId } from "../pickup-id.ts";
import type { Site } from "../site.ts";
import { dayInWords, localDay, parseDay } from "../wall-clock.ts";
import type { Scene } from "./detection.ts";
import type { Attribute } from "./incident.ts";

export const startWithCapital = (text: string): string =>
  text.charAt(0).toUpperCase() + text.slice(1);

/** `16:37`, or with its day when that is another one. */
export const clock = ({ policy, now }: Pick<Scene, "policy" | "now">, at: number): string =>
  timeInWords(policy.site.timeZone, at, now);

export const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** `packing`, `picking in zone A`. */
export const workAt = laneInWords;

const nameOfNode = (site: Site, id: string): string =>
  site.nodes?.find((node) => node.id === id)?.name ?? id;

export const providerName = ({ policy }: Pick<Scene, "policy">, id: string): string =>
  nameOfNode(policy.site, id);

const nameOfCarrier = (site: Site, id: string): string =>
  site.carriers.find((carrier) => carrier.id === id)?.name ?? id;

export const carrierName = ({ policy }: Pick<Scene, "policy">, id: string): string =>
  nameOfCarrier(policy.site, id);

const NAMES: Readonly<Record<string, string>> = {
  sku: "SKU",
  client: "client",
  carrier: "carrier",
  service: "service",
  zone: "zone",
  region: "to",
  country: "to",
  station: "station",
  site: "site",
};

type Named = Pick<Scene, "policy" | "now">;

/** `carrier DHL`, but not `carrier Carrier A`: a name that says what it is needs no more. */
const withKind = (kind: string, name: string): string =>
  name.toLowerCase().startsWith(`${kind.toLowerCase()} `) ? name : `${kind} ${name}`;

/** One attribute as a person says it: `SKU 4711`, `DHL 16:00`, `on hold for payment`. */
export function attributeInWords({ name, value }: Attribute, scene: Named): string {
  switch (name) {
    case "pickup":
      return truckName(value, scene);
    case "carrier":
      return withKind("carrier", carrierName(scene, value));
    case "provider":
      return withKind("3PL", providerName(scene, value));
    case "process":
      return value === "transit" ? "on the way" : `waiting for ${workAt(value)}`;
    case "hold":
      return `on hold for ${inPlainWords(value)}`;
    case "exception":
      return inPlainWords(value);
    default:
      return `${NAMES[name] ?? name} ${value}`;
  }
}

/** `DHL 16:00`, or `DHL Tue 24 Nov 16:00` on another day; an id in another form is said as it is. */
export function truckName(id: string, { policy, now }: Named): string {
  const pickup = readPickupId(id);
  if (pickup === null) return id;
  const day = parseDay(pickup.date);
  const carrier = nameOfCarrier(policy.site, pickup.carrier);
  const isToday = day === localDay(policy.site.timeZone, now);
  return isToday ? `${carrier} ${pickup.time}` : `${carrier} ${dayInWords(day)} ${pickup.time}`;
}

function nameOfTruck(site: Site, id: string): string {
  const pickup = readPickupId(id);
  return pickup === null ? id : `${nameOfCarrier(site, pickup.carrier)} ${pickup.time}`;
}

/** What an attribute names as the site calls it, without a word of any language: `DHL 16:00`, `4711`. */
export function nameIn(site: Site, { name, value }: Attribute): string {
  if (name === "pickup") return nameOfTruck(site, value);
  if (name === "carrier") return nameOfCarrier(site, value);
  return name === "provider" ? nameOfNode(site, value) : value;
}

/** Without its date: what happens at 16:00 every Monday has one name. */
export const truckHabit = (id: string): string => {
  const pickup = readPickupId(id);
  return pickup === null ? id : `${pickup.carrier}-${pickup.time.replace(":", "")}`;
};
