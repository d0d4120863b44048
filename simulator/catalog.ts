/** What orders are made of: invented goods, invented people and real cities. */
import { chance, type Dice, pickOne, throwDice } from "./random.ts";

const SKUS = 2_000;

/** Cumulative Zipf weights with exponent 1: SKU 1 sells most. */
const CUMULATIVE = (() => {
  let sum = 0;
  return Array.from({ length: SKUS }, (_, index) => (sum += 1 / (index + 1)));
})();

/** 1 to 2,000, the small numbers often. */
export function throwSku(dice: Dice): number {
  const wanted = throwDice(dice) * (CUMULATIVE.at(-1) ?? 0);
  let [low, high] = [0, SKUS - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((CUMULATIVE[middle] ?? 0) > wanted) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}

const MAKES = [
  "Oak",
  "Linen",
  "Steel",
  "Alpine",
  "Harbor",
  "Meadow",
  "Cobalt",
  "Amber",
  "Birch",
  "Nordic",
];
const THINGS = [
  "lamp",
  "kettle",
  "backpack",
  "blanket",
  "headphones",
  "notebook",
  "water bottle",
  "tool kit",
  "desk mat",
  "rain jacket",
  "coffee grinder",
  "bike light",
];

export const skuName = (sku: number): string => `SKU-${String(sku).padStart(4, "0")}`;

/** Name, price and weight belong to the SKU and never change. */
export function goodsOf(sku: number): {
  name: string;
  unitPrice: number;
  weightG: number;
  zone: string;
} {
  const make = MAKES[sku % MAKES.length] ?? "Plain";
  const thing = THINGS[Math.floor(sku / MAKES.length) % THINGS.length] ?? "thing";
  return {
    name: `${make} ${thing}`,
    unitPrice: 4.9 + ((sku * 37) % 140),
    weightG: 120 + ((sku * 53) % 2_400),
    zone: zoneOfSku(sku),
  };
}

/** Zones A, B and C hold 50, 30 and 20 % of the goods. */
const zoneOfSku = (sku: number): string => {
  const place = (sku * 7919) % 100;
  if (place < 50) return "A";
  return place < 80 ? "B" : "C";
};

const FIRST_NAMES = [
  "Alma",
  "Ben",
  "Clara",
  "David",
  "Elif",
  "Farid",
  "Greta",
  "Hugo",
  "Ines",
  "Jonas",
  "Kira",
  "Leo",
] as const;
const LAST_NAMES = [
  "Albrecht",
  "Brandt",
  "Costa",
  "Dietz",
  "Evers",
  "Fontane",
  "Gruber",
  "Hill",
  "Ivanov",
  "Jensen",
] as const;

export const throwName = (dice: Dice): string =>
  `${pickOne(dice, FIRST_NAMES)} ${pickOne(dice, LAST_NAMES)}`;

type City = readonly [city: string, postalCode: string];
const CITIES: Record<string, Record<string, readonly [City, ...City[]]>> = {
  DE: {
    north: [
      ["Hamburg", "20095"],
      ["Bremen", "28195"],
      ["Kiel", "24103"],
      ["Rostock", "18055"],
    ],
    east: [
      ["Berlin", "10115"],
      ["Leipzig", "04109"],
      ["Dresden", "01067"],
      ["Potsdam", "14467"],
    ],
    south: [
      ["Munich", "80331"],
      ["Stuttgart", "70173"],
      ["Nuremberg", "90402"],
      ["Freiburg", "79098"],
    ],
    west: [
      ["Cologne", "50667"],
      ["Essen", "45127"],
      ["Frankfurt", "60311"],
      ["Aachen", "52062"],
    ],
  },
  US: {
    north: [
      ["Boston", "02108"],
      ["Buffalo", "14202"],
      ["Chicago", "60601"],
      ["Albany", "12207"],
    ],
    east: [
      ["New York", "10001"],
      ["Philadelphia", "19102"],
      ["Newark", "07102"],
      ["Baltimore", "21201"],
    ],
    south: [
      ["Atlanta", "30303"],
      ["Miami", "33130"],
      ["Charlotte", "28202"],
      ["Nashville", "37203"],
    ],
    west: [
      ["Denver", "80202"],
      ["Phoenix", "85004"],
      ["Seattle", "98101"],
      ["Los Angeles", "90012"],
    ],
  },
};

export const countryOf = (timeZone: string): string =>
  timeZone.startsWith("America/") ? "US" : "DE";

export function throwAddress(dice: Dice, country: string, region: string): Record<string, string> {
  const cities = CITIES[country]?.[region] ?? [["Springfield", "00000"] as const];
  const [city, postalCode] = pickOne(dice, cities);
  return { name: throwName(dice), city, region, postalCode, country };
}

export const throwUnits = (dice: Dice): number => {
  const luck = throwDice(dice);
  if (luck < 0.8) return 1;
  if (luck < 0.95) return 2;
  return chance(dice, 0.7) ? 3 : 4;
};
