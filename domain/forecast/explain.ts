/** A forecast in words, from the same quantities that made it: at most three sentences, the most telling first. */
import { ordersIn } from "../counted.ts";
import { calendarOf, dockBufferMs } from "../calendar.ts";
import { dayInWords, formatWallTime, localDay, wallMinutes } from "../wall-clock.ts";
import type { LaneView } from "./floor.ts";
import { forecastAll, type Forecast, type Pass } from "./pass.ts";
import { processOf, type Lane, type Process, type SitePlan } from "./plan.ts";
import { disciplineSeen, type ForecastState, type OpenOrder } from "./state.ts";

const WORK: Readonly<Record<Process, string>> = {
  allocate: "allocation",
  pick: "picking",
  pack: "packing",
  check: "checking",
  stage: "staging",
};
const PEOPLE: Readonly<Record<Process, readonly [string, string]>> = {
  allocate: ["planner", "planners"],
  pick: ["picker", "pickers"],
  pack: ["packer", "packers"],
  check: ["checker", "checkers"],
  stage: ["person on the dock", "people on the dock"],
};

/** `picking in zone A`. */
export function laneInWords(lane: Lane): string {
  const [, zone] = lane.split(":");
  return `${WORK[processOf(lane)]}${zone === undefined ? "" : ` in zone ${zone}`}`;
}

/** `2 more packers`, `1 picker less in zone A`. */
function peopleInWords(lane: Lane, added: number): string {
  const [, zone] = lane.split(":");
  const count = Math.abs(added);
  const people = PEOPLE[processOf(lane)][count === 1 ? 0 : 1];
  const who = added < 0 ? `${count} ${people} less` : `${count} more ${people}`;
  return `${who}${zone === undefined ? "" : ` in zone ${zone}`}`;
}

export type Likelihood = "unlikely" | "possible" | "likely" | "very likely";

/** Screens say the word first, the number second: in the middle few independent bad days lie behind a number. */
export function likelihoodOf(p: number): Likelihood {
  if (p < 0.3) return "unlikely";
  if (p < 0.6) return "possible";
  return p < 0.85 ? "likely" : "very likely";
}

/** Whole percent; never a certainty while it is a forecast. */
export function percentInWords(p: number): string {
  if (p > 0 && p < 0.01) return "less than 1 %";
  if (p > 0.99 && p < 1) return "more than 99 %";
  return `${Math.round(p * 100)} %`;
}

/** `16:37`, or `Tue 24 Nov 06:40` on another day than `now`. */
export function timeInWords(zone: string, at: number, now: number): string {
  const day = localDay(zone, at);
  const time = formatWallTime(wallMinutes(zone, at));
  return day === localDay(zone, now) ? time : `${dayInWords(day)} ${time}`;
}

/** A shop's own ship-by need not be the time of a truck: then nothing is said of one. */
function missedInWords({ site }: SitePlan, at: number, now: number): string {
  const time = timeInWords(site.timeZone, at, now);
  const calendar = calendarOf(site);
  const day = localDay(site.timeZone, at);
  const isTruck = site.carriers.some((carrier) =>
    calendar.pickupsOf(carrier, day).some((pickup) => pickup.at === at),
  );
  return isTruck ? `the ${time} truck` : `its ship-by, ${time}`;
}

function headline(forecast: Forecast, pass: Pass, plan: SitePlan): string {
  const zone = plan.site.timeZone;
  const { p, eta, slackMs, bottleneck } = forecast;
  const leaves = eta + slackMs + dockBufferMs(plan.site);
  const missed = missedInWords(plan, leaves, pass.now);
  const ready = `expected ready ${timeInWords(zone, eta, pass.now)}`;
  const view = viewOf(pass, bottleneck);
  const ahead = Math.round(forecast.ahead);
  const why =
    view === undefined || ahead === 0
      ? ready
      : `${ordersIn(ahead)} ahead in ${laneInWords(view.name)}, current rate ${Math.round(view.capacity.currentRate)} an hour, ${ready}`;
  return leaves < pass.now
    ? `Has missed ${missed}: ${why}`
    : `${percentInWords(p)} likely to miss ${missed}: ${why}`;
}

const viewOf = (pass: Pass, lane: Lane | null): LaneView | undefined =>
  pass.floor.lanes.find(({ name }) => name === lane);

/** The pace is worth a sentence from a fifth off. */
const NORMAL_PACE = { from: 0.8, to: 1.2 };

function paceInWords(view: LaneView): string[] {
  const { factor, currentRate, plannedRate } = view.capacity;
  if (factor >= NORMAL_PACE.from && factor <= NORMAL_PACE.to) return [];
  const pace = factor < 1 ? "slower" : "faster";
  const work = laneInWords(view.name);
  return [
    `${work.charAt(0).toUpperCase()}${work.slice(1)} is ${pace} than expected: ${Math.round(currentRate)} an hour instead of ${Math.round(plannedRate)}`,
  ];
}

function holdInWords({ heldUntil, heldBy }: Forecast, pass: Pass, zone: string): string[] {
  if (heldUntil === null) return [];
  const held = heldBy === "backorder" ? "Out of stock" : "On hold";
  return [`${held}, expected until ${timeInWords(zone, heldUntil, pass.now)}`];
}

const overtakersInWords = ({ overtaking }: Forecast): string[] =>
  overtaking < 1
    ? []
    : [`About ${ordersIn(overtaking)} still to come will be more urgent and go first`];

/** What the forecast cannot know yet. */
function caveats(state: ForecastState, pass: Pass, lane: Lane | null): string[] {
  if (pass.basis === "budgets") return ["Not enough history: budgets used"];
  const isChaotic = lane !== null && !disciplineSeen(state, lane).isPredictable;
  return isChaotic ? [`The order of work in ${laneInWords(lane)} is unpredictable`] : [];
}

/** Why an order is forecast as it is. A ready order needs no explanation. */
export function explain(
  state: ForecastState,
  forecast: Forecast,
  pass: Pass,
  plan: SitePlan,
): string[] {
  if (forecast.process === -1) return [];
  const view = viewOf(pass, forecast.bottleneck);
  return [
    headline(forecast, pass, plan),
    ...caveats(state, pass, forecast.bottleneck),
    ...holdInWords(forecast, pass, plan.site.timeZone),
    ...(view === undefined ? [] : paceInWords(view)),
    ...overtakersInWords(forecast),
  ].slice(0, 3);
}

/** What more people would change: the same forecast with them. Null where nobody is known to work. */
export type Counterfactual = { lane: Lane; added: number; p: number; words: string };

/** `With 2 more packers: 41 %`. One more pass over all orders. */
export function withMorePeople(
  state: ForecastState,
  orders: readonly OpenOrder[],
  order: OpenOrder,
  plan: SitePlan,
  now: number,
  change: { lane: Lane; added: number },
): Counterfactual | null {
  const { lane, added } = change;
  const pass = forecastAll(state, orders, plan, now, { [lane]: added });
  if (viewOf(pass, lane)?.capacity.heads == null) return null;
  const { p } = pass.one(order);
  return { ...change, p, words: `With ${peopleInWords(lane, added)}: ${percentInWords(p)}` };
}
