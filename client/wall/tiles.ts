/** One truck, and one station, as numbers: for walls whose letters are too large for rows. */
import type { WallStation, WallTruck } from "../../domain/contract/walls.ts";
import { valueFits, type Letters } from "../../domain/walls/letters.ts";
import type { WallText } from "./useWallText.ts";

/** A number and its word; a colour, and with it a shape, when it says something about a promise. */
export type WallTile = {
  label: string;
  value: string;
  tone?: "" | "late" | "savable" | "lost" | "watch";
  mark?: string;
};

/** When the truck leaves; what is left to save comes before what is safe. `name`: `DHL 15:00`. */
export const truckTiles = (
  { at, savable, lost, safe }: WallTruck,
  name: string,
  { t, count, left }: WallText,
): WallTile[] => [
  { label: name, value: left(at) },
  {
    label: t("trucks.savable"),
    value: count(savable),
    tone: savable > 0 ? "savable" : "",
    mark: "◆",
  },
  { label: t("trucks.lost"), value: count(lost), tone: lost > 0 ? "lost" : "", mark: "■" },
  { label: t("trucks.safe"), value: count(safe) },
];

/** How fast against how fast it must; where that is too long for a tile, how fast. */
function paceTile(
  { perHour, neededPerHour }: WallStation,
  letters: Letters,
  { t, count }: WallText,
): WallTile {
  const both = `${count(perHour)}/${neededPerHour === null ? "∞" : count(neededPerHour)}`;
  return valueFits(letters, both)
    ? { label: t("stations.now"), value: both }
    : { label: t("stations.perHour"), value: count(perHour) };
}

/** When what waits is done; never, where more comes than is done. */
export function emptyIn({ waiting, emptyAt }: WallStation, { t, left }: WallText): string {
  if (waiting === 0) return "–";
  return emptyAt === null ? t("stations.never") : left(emptyAt);
}

export const stationTiles = (
  station: WallStation,
  isBottleneck: boolean,
  letters: Letters,
  text: WallText,
): WallTile[] => [
  {
    label: `${text.t(`process.${station.process}`)} · ${text.t("stations.waiting")}`,
    value: text.count(station.waiting),
    tone: isBottleneck ? "savable" : "",
    mark: isBottleneck ? "◆" : "",
  },
  paceTile(station, letters, text),
  { label: text.t("stations.emptyIn"), value: emptyIn(station, text) },
];
