/** A browser's long name of itself in two words, for the list of sessions. What it says is believed no further than that. */

type Known = readonly (readonly [word: string, mark: string])[];

/** The first that fits: those that borrow another's name come before it. */
const BROWSERS: Known = [
  ["Edge", "Edg/"],
  ["Opera", "OPR/"],
  ["Samsung Internet", "SamsungBrowser/"],
  ["Firefox", "Firefox/"],
  ["Firefox", "FxiOS/"],
  ["Chrome", "CriOS/"],
  ["Chrome", "Chrome/"],
  ["Safari", "Safari/"],
];
const SYSTEMS: Known = [
  ["iPhone", "iPhone"],
  ["iPad", "iPad"],
  ["Android", "Android"],
  ["ChromeOS", "CrOS"],
  ["Windows", "Windows"],
  ["macOS", "Mac OS X"],
  ["Linux", "Linux"],
];

const wordFor = (known: Known, agent: string): string | undefined =>
  known.find(([, mark]) => agent.includes(mark))?.[0];

export function deviceOf(agent: string | undefined): string {
  const text = (agent ?? "").slice(0, 512);
  const browser = wordFor(BROWSERS, text);
  const system = wordFor(SYSTEMS, text);
  if (browser === undefined) return system ?? "unknown device";
  return system === undefined ? browser : `${browser} on ${system}`;
}
