/** What stood in the house, and did the trucks get what was due on them? */
import type { Backlog, BacklogTruck as Truck } from "../../domain/contract/analytics-others.ts";
import { readPickupId } from "../../domain/pickup-id.ts";
import { count } from "../ui/format.ts";
import { pickupName } from "../ui/words.ts";
import { siteDay } from "./analytics-view.ts";
import { windowQuery } from "./ask.ts";
import { percent } from "./figure-words.ts";
import {
  NOTHING,
  numberCell,
  type BarsChart,
  type Context,
  type LinesChart,
  type Panel,
  type Shown,
  type Table,
  type To,
} from "./panels.ts";
import { clockLabel, daysWords, spanWords } from "./split-words.ts";
import type { Topic } from "./topic.ts";

type Answer = Pick<Backlog, "from" | "to" | "items" | "trucks">;

const HOUR_MS = 3_600_000;
/** So many departures can be told apart in one picture. */
const MOST_MARKS = 10;
const MOST_BARS = 14;

const orders = (context: Context, query: Record<string, string>): To => ({
  path: "/analytics/backlog/orders",
  query: { site: context.site, ...query },
});
const hourBefore = (at: string): string => new Date(Date.parse(at) - HOUR_MS).toISOString();

const toInside = (context: Context, at: string, more: Record<string, string> = {}): To =>
  orders(context, { metric: "backlog", from: hourBefore(at), to: at, ...more });
/** Of all orders due on a truck: whole hours hold its moment. */
const toTruck = (context: Context, { truck, at }: Truck, more: Record<string, string> = {}): To =>
  orders(context, {
    metric: "onTimeShip",
    truck,
    from: at,
    to: new Date(Date.parse(at) + 1).toISOString(),
    ...more,
  });

/** By the day in its name: an order may be due later than the truck it was first meant for. */
function truckName({ truck, at }: Pick<Truck, "truck" | "at">, { format }: Context): string {
  const date = readPickupId(truck)?.date ?? siteDay(format.timeZone, Date.parse(at));
  return `${pickupName(truck)} ${daysWords(format, { from: date, to: date }, "")}`;
}

function houseChart({ items, trucks }: Answer, context: Context): LinesChart {
  const { format } = context;
  const isFew = trucks.length <= MOST_MARKS;
  return {
    kind: "lines",
    labels: items.map(({ at }) => clockLabel(format, Date.parse(at))),
    lines: [
      { name: "in the house", values: items.map(({ inside }) => inside), look: "main" },
      { name: "on hold", values: items.map(({ held }) => held), look: "other" },
    ],
    value: count,
    isFromZero: true,
    isLastOpen: Date.parse(items.at(-1)?.at ?? "") > context.now,
    marks: isFew
      ? trucks.map((one) => ({
          at: items.findIndex(({ at }) => at >= one.at),
          name: pickupName(one.truck),
        }))
      : [],
    to: items.map(({ at }) => toInside(context, at)),
  };
}

function houseTable({ items }: Answer, context: Context): Table {
  return {
    columns: [{ name: "At", isText: true }, { name: "In the house" }, { name: "On hold of them" }],
    rows: items.toReversed().map(({ at, inside, held }) => ({
      head: { text: context.format.dayTime(Date.parse(at)), raw: at },
      cells: [
        numberCell(inside, count(inside), inside > 0 ? toInside(context, at) : undefined),
        numberCell(
          held,
          count(held),
          held > 0 ? toInside(context, at, { failed: "true" }) : undefined,
        ),
      ],
    })),
  };
}

function housePanel(answer: Answer, context: Context): Panel {
  const past = answer.items.filter(({ at }) => Date.parse(at) <= context.now);
  const shown = { ...answer, items: past };
  const top = past.reduce((most, one) => (one.inside > most.inside ? one : most), {
    at: "",
    inside: 0,
  });
  const last = past.at(-1);
  return {
    id: "house",
    title: "Orders in the house, hour by hour",
    words:
      last === undefined || top.inside === 0
        ? "The house was empty."
        : `Received and not yet handed over. Most at ${context.format.dayTime(Date.parse(top.at))}: ${count(top.inside)}; ${count(last.inside)} at the end.`,
    chart: houseChart(shown, context),
    table: top.inside === 0 ? { columns: [], rows: [] } : houseTable(shown, context),
    isWide: true,
  };
}

/** Left its dock: only of those is known whether they got everything. */
const departed = ({ trucks }: Answer, { now }: Context): Truck[] =>
  trucks.filter(({ at }) => Date.parse(at) <= now);

function trucksChart(trucks: readonly Truck[], context: Context): BarsChart {
  return {
    kind: "bars",
    parts: ["Got on it", "Missed it"],
    rows: trucks
      .toReversed()
      .slice(0, MOST_BARS)
      .map((one) => ({
        name: truckName(one, context),
        values: [one.made, one.due - one.made],
        note: one.made === one.due ? "all of them" : `${count(one.due - one.made)} missed`,
        to: toTruck(context, one),
      })),
    value: count,
  };
}

function trucksTable(trucks: readonly Truck[], context: Context): Table {
  return {
    columns: [
      { name: "Truck", isText: true },
      { name: "Due on it" },
      { name: "Got on it" },
      { name: "Missed it" },
      { name: "Share" },
    ],
    rows: trucks.toReversed().map((one) => {
      const missed = one.due - one.made;
      return {
        head: { text: truckName(one, context), raw: one.truck },
        cells: [
          numberCell(one.due, count(one.due), toTruck(context, one)),
          numberCell(one.made, count(one.made)),
          numberCell(
            missed,
            count(missed),
            missed > 0 ? toTruck(context, one, { failed: "true" }) : undefined,
          ),
          numberCell(one.made / one.due, percent(one.made / one.due)),
        ],
      };
    }),
  };
}

function trucksPanel(trucks: readonly Truck[], context: Context): Panel {
  const due = trucks.reduce((sum, one) => sum + one.due, 0);
  const made = trucks.reduce((sum, one) => sum + one.made, 0);
  return {
    id: "trucks",
    title: "What was due on each truck",
    words:
      due === 0
        ? "No truck had an order due on it."
        : `${count(trucks.length)} trucks, ${count(due)} orders due on them, ${count(due - made)} missed theirs.`,
    chart: trucksChart(trucks, context),
    table: trucksTable(trucks, context),
    isTableOpen: true,
    isWide: true,
  };
}

/** As if the work had been done evenly from the fullest moment on: above the line it was slower. */
export function evenPace(steps: Truck["steps"]): (number | null)[] {
  const top = Math.max(0, ...steps.map(({ unready }) => unready));
  const from = steps.findLastIndex(({ unready }) => unready === top);
  const span = steps.length - 1 - from;
  return steps.map((_, place) =>
    place < from || span <= 0 ? null : (top * (steps.length - 1 - place)) / span,
  );
}

function burnPanel(answer: Answer, context: Context): Panel | null {
  const { trucks } = answer;
  const truck =
    trucks.find((one) => one.truck === context.view.focus) ??
    departed(answer, context).at(-1) ??
    trucks[0];
  if (truck === undefined) return null;
  const { format, now } = context;
  const left = truck.steps.at(-1)?.left ?? 0;
  const isGone = Date.parse(truck.at) <= now;
  const to = toTruck(context, truck, { failed: "true" });
  return {
    id: "burn",
    title: `Burn-down against ${truckName(truck, context)}`,
    words: isGone
      ? `${count(truck.due)} orders were due on it; ${count(truck.due - truck.made)} had not left when it departed. Work that waits is what is not ready on the dock.`
      : `${count(truck.due)} orders are due on it so far, ${count(left)} of them have not left; it departs ${format.dayTime(Date.parse(truck.at))}.`,
    chart: {
      kind: "lines",
      labels: truck.steps.map(({ at }) => clockLabel(format, Date.parse(at))),
      lines: [
        { name: "not ready", values: truck.steps.map((step) => step.unready), look: "main" },
        { name: "not gone", values: truck.steps.map((step) => step.left), look: "other" },
        { name: "even pace", values: evenPace(truck.steps), look: "past" },
      ],
      value: count,
      isFromZero: true,
      isLastOpen: !isGone,
      to: truck.steps.map(() => to),
    },
    table: {
      columns: [{ name: "At", isText: true }, { name: "Not ready" }, { name: "Not gone" }],
      rows: truck.steps.map(({ at, unready, left: still }) => ({
        head: { text: format.dayTime(Date.parse(at)), raw: at },
        cells: [numberCell(unready, count(unready)), numberCell(still, count(still))],
      })),
    },
    isWide: true,
    choice: {
      of: "focus",
      name: "Truck",
      value: truck.truck,
      options: trucks.map((one) => ({ id: one.truck, label: truckName(one, context) })),
    },
  };
}

export const BACKLOG: Topic = {
  name: "backlog",
  label: "Backlog and trucks",
  title: "What stood in the house, and did it get on its trucks?",
  splits: ["hour"],
  // told of the whole site, whatever filter another topic left in the address
  asks: (context) => ({
    backlog: { path: "/api/v1/analytics/backlog", query: windowQuery(context) },
  }),
  show: (answers, context): Shown => {
    const answer = answers.get("backlog") as Answer | undefined;
    if (answer === undefined) return NOTHING;
    const burn = burnPanel(answer, context);
    return {
      ...NOTHING,
      notes: [`${spanWords(context.format, answer.from, answer.to)}, by hours of the site.`],
      panels: [
        housePanel(answer, context),
        ...(burn === null ? [] : [burn]),
        trucksPanel(departed(answer, context), context),
      ],
    };
  },
};
