/** The scenarios: what is known about shops, floors and disruptions (domain notes 7.1 to 7.4). Rates without a published source are our assumptions. */

export const PROCESSES = ["pick-A", "pick-B", "pick-C", "pack", "check", "dock"] as const;
export type Process = (typeof PROCESSES)[number];
export type Heads = Record<Process, number>;

/** One site's size. */
export type Profile = {
  site: { id: string; timeZone: string };
  /** orders a day, by the weekday's mean */
  volume: number;
  seed: number;
  /** people per shift; half the early shift works on Saturdays */
  early: Heads;
  late: Heads;
  /** mean share of the planned people who come */
  attendance: number;
};

export type DisruptionRates = {
  /** operating hours between failures; 0 = never. No public source: an assumption */
  conveyorMtbfHours: number;
  zoneSlowPerDay: number;
  packShortPerDay: number;
  carrierNoShow: number;
  carrierLate: number;
  networkDelaysPerDay: number;
  stockOut: number;
  stockOutBurstsPerWeek: number;
  checkFailBurstsPerDay: number;
  damagedInHouse: number;
  damagedInTransit: number;
  providerOutagesPerDay: number;
  surgesPerWeek: number;
  /** factor of a surge at its start; null = uniform in 2 to 4 */
  surgeFactor: number | null;
};

export type ScanRates = {
  missing: number;
  duplicate: number;
  delayed: number;
  /** one device a site is wrong by up to so many minutes */
  skewMinutes: number;
};

export type ShopRates = {
  /** shares of standard, express, b2b */
  services: readonly [number, number, number];
  /** each carrier has its own service level of the same id */
  serviceByCarrier: boolean;
  /** shop gives ship-by and deliver-by with each order */
  givesPromises: boolean;
  /** orders from a marketplace, which promises hours rather than the next truck */
  marketplace: number;
  split: number;
  multiZone: number;
  provider: number;
  hold: number;
  cancel: number;
  returned: number;
};

export type Preset = {
  name: string;
  words: string;
  seed: number;
  days: number;
  profiles: readonly [Profile, ...Profile[]];
  /** 0 = the hours and weekdays of the table, 1 = flat */
  flatness: number;
  /** factor on Mondays, on top of the table */
  mondayFactor: number;
  /** a day (from the start) with so many times the orders */
  viral: { day: number; factor: number } | null;
  /** null: shifts of the site. Else around the clock, with people moved to where more than this waits */
  queueTargets: Heads | null;
  /** service times, as a multiple of the published ones */
  serviceScale: number;
  checked: number;
  checkFails: number;
  shorted: number;
  /** share of starts that take any order instead of the most urgent */
  randomStarts: number;
  releaseEveryMinutes: number;
  /** minutes between trucks beside the timetable; 0 = none */
  shuttleMinutes: number;
  /** a parcel's way in hours instead of days */
  sameDayTransit: boolean;
  shop: ShopRates;
  disruptions: DisruptionRates;
  scans: ScanRates;
};

const heads = (
  a: number,
  b: number,
  c: number,
  pack: number,
  check: number,
  dock: number,
): Heads => ({
  "pick-A": a,
  "pick-B": b,
  "pick-C": c,
  pack,
  check,
  dock,
});

const big = (id: string, timeZone: string, volume: number, seed: number): Profile => ({
  site: { id, timeZone },
  volume,
  seed,
  early: heads(9, 6, 4, 16, 3, 3),
  late: heads(8, 5, 4, 14, 2, 3),
  attendance: 0.93,
});

const small = (id: string, timeZone: string, volume: number, seed: number): Profile => ({
  site: { id, timeZone },
  volume,
  seed,
  early: heads(5, 3, 3, 9, 2, 2),
  late: heads(5, 3, 2, 8, 1, 2),
  attendance: 0.93,
});

const scaled = (profile: Profile, people: number, volume: number): Profile => {
  const times = (shift: Heads): Heads =>
    heads(
      shift["pick-A"] * people,
      shift["pick-B"] * people,
      shift["pick-C"] * people,
      shift.pack * people,
      shift.check * people,
      shift.dock * people,
    );
  return {
    ...profile,
    volume: profile.volume * volume,
    early: times(profile.early),
    late: times(profile.late),
  };
};

const noScanFaults: ScanRates = { missing: 0, duplicate: 0, delayed: 0, skewMinutes: 0 };
const scanFaults: ScanRates = { missing: 0.01, duplicate: 0.005, delayed: 0.02, skewMinutes: 7 };

const r1: Preset = {
  name: "r1",
  words:
    "reference scenario R1: six sites, 63 days, the disruptions that the forecast is judged on",
  seed: 1,
  days: 63,
  profiles: [
    big("R1A", "Europe/Berlin", 4000, 11),
    small("R1B", "Europe/Berlin", 2200, 12),
    big("R1C", "Europe/Berlin", 3900, 13),
    small("R1D", "Europe/Berlin", 2150, 14),
    big("R1E", "Europe/Berlin", 4050, 15),
    small("R1F", "Europe/Berlin", 2250, 16),
  ],
  flatness: 0,
  mondayFactor: 1,
  viral: null,
  queueTargets: null,
  serviceScale: 1,
  checked: 0.15,
  checkFails: 0.08,
  shorted: 0,
  randomStarts: 0.1,
  releaseEveryMinutes: 5,
  shuttleMinutes: 0,
  sameDayTransit: false,
  shop: {
    services: [0.8, 0.15, 0.05],
    serviceByCarrier: true,
    givesPromises: true,
    marketplace: 0,
    split: 0,
    multiZone: 0,
    provider: 0,
    hold: 0,
    cancel: 0.015,
    returned: 0.17,
  },
  disruptions: {
    conveyorMtbfHours: 60,
    zoneSlowPerDay: 0.06,
    packShortPerDay: 0.04,
    carrierNoShow: 0,
    carrierLate: 0,
    networkDelaysPerDay: 0,
    stockOut: 0.015,
    stockOutBurstsPerWeek: 0,
    checkFailBurstsPerDay: 0,
    damagedInHouse: 0,
    damagedInTransit: 0,
    providerOutagesPerDay: 0,
    surgesPerWeek: 0.7,
    surgeFactor: null,
  },
  scans: noScanFaults,
};

const everyDisruption: DisruptionRates = {
  ...r1.disruptions,
  carrierNoShow: 0.005,
  carrierLate: 0.02,
  networkDelaysPerDay: 1 / 14,
  stockOutBurstsPerWeek: 1,
  checkFailBurstsPerDay: 1 / 14,
  damagedInHouse: 0.004,
  damagedInTransit: 0.006,
  providerOutagesPerDay: 1 / 30,
};

const ber1 = big("BER1", "Europe/Berlin", 4000, 21);
const nyc1 = small("NYC1", "America/New_York", 2200, 22);

const normal: Preset = {
  ...r1,
  name: "normal",
  words: "two sites on ordinary days, with every disruption and scan fault",
  seed: 2,
  days: 14,
  profiles: [ber1, nyc1],
  shop: { ...r1.shop, split: 0.06, multiZone: 0.15, hold: 0.015 },
  disruptions: everyDisruption,
  scans: scanFaults,
};

const flash: Preset = {
  ...normal,
  name: "flash",
  words: "normal with a flash sale (four times the orders at its start) every weekday",
  days: 5,
  disruptions: { ...everyDisruption, surgesPerWeek: 5, surgeFactor: 4 },
};

const peakWeek: Preset = {
  ...normal,
  name: "peak-week",
  words:
    "the week of the year: 2.5 times the orders, Monday 1.6 times more, with 1.7 times the people",
  days: 7,
  profiles: [scaled(ber1, 1.7, 2.5), scaled(nyc1, 1.7, 2.5)],
  mondayFactor: 1.6,
};

const viral: Preset = {
  ...normal,
  name: "viral",
  words: "normal with one day of 3.3 times the orders",
  days: 5,
  viral: { day: 1, factor: 3.3 },
};

const demo: Preset = {
  ...normal,
  name: "demo",
  words: "a small working day at every hour: for a board worth looking at",
  seed: 7,
  days: 2,
  profiles: [scaled(ber1, 1, 0.66), scaled(nyc1, 1, 1.1)],
  flatness: 0.6,
  queueTargets: heads(40, 25, 17, 40, 9, 10),
  serviceScale: 4,
  checked: 0.3,
  shorted: 0.012,
  randomStarts: 0.4,
  releaseEveryMinutes: 15,
  shuttleMinutes: 40,
  sameDayTransit: true,
  shop: {
    ...normal.shop,
    serviceByCarrier: false,
    givesPromises: false,
    marketplace: 0.65,
    provider: 0.2,
    hold: 0.025,
  },
  // who watches for an hour sees a station in trouble
  disruptions: {
    ...everyDisruption,
    conveyorMtbfHours: 10,
    zoneSlowPerDay: 3,
    packShortPerDay: 0.3,
    carrierLate: 0.04,
    stockOut: 0.03,
  },
  scans: { ...scanFaults, missing: 0.005 },
};

export const PRESETS: readonly Preset[] = [demo, normal, r1, flash, peakWeek, viral];
export const presetNamed = (name: string): Preset | undefined =>
  PRESETS.find((preset) => preset.name === name);
