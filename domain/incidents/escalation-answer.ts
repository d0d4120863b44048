/** Why somebody was told of an order, or why nobody was: in sentences with the facts that decided it. Pure. */
import { ALARM_RULE } from "../alarm.ts";
import type { Row } from "../board.ts";
import type { Site } from "../site.ts";
import { instantOf, inWords } from "../wall-clock.ts";
import type { Incident } from "./incident.ts";
import { ladderOf } from "./ladder.ts";
import { nextOpening, isOpenAt } from "./off-hours.ts";
import { ruleOf, type Policies } from "./policies.ts";

export type Fact = { code: string; words: string; at?: number };
export type ToldFact = { whom: string; way: string; at: number; state: string; words?: string };

export type Asked = {
  site: Site;
  policies: Policies;
  now: number;
  /** null: it is not open any more */
  row: Row | null;
  /** how it ended, when it is over: the stage */
  ended?: string;
  incident: Incident | null;
  /** what came of telling people of that incident; empty when it may not be shown */
  told: readonly ToldFact[];
  /** since when there is a flood of alarms here */
  floodSince: number | null;
  /** false: nobody is named */
  seesPeople: boolean;
};

export type Answer = { escalated: boolean; words: string; facts: Fact[] };

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The risk from which an alarm would be raised of it now. */
const raiseAtOf = ({ due, dueKind }: Row, now: number): number =>
  dueKind === "ship" && due !== null && due - now > ALARM_RULE.farMs
    ? ALARM_RULE.raiseFarAt
    : ALARM_RULE.raiseAt;

function rowFacts({ row, policies, now }: Asked & { row: Row }): Fact[] {
  const { risk, sev } = row;
  if (sev === "lost_cause")
    return [
      {
        code: "lost",
        words:
          "No truck that would keep its promise can be reached any more: it is with customer care.",
      },
    ];
  if (sev === "unknown")
    return [
      {
        code: "blind",
        words: "A source that it depends on is silent: nothing can be said of its risk.",
      },
    ];
  if (!ruleOf(policies, "order_delay").enabled)
    return [
      {
        code: "rule-off",
        words: "Nothing is raised here for single orders: that rule is switched off.",
      },
    ];
  if (sev === "late")
    return [
      {
        code: "fresh",
        words:
          "It is late, and was not looked at since: that is done at the latest a minute later.",
      },
    ];
  if (risk === null)
    return [{ code: "no-risk", words: "There is no forecast for it; by the plan it is on time." }];
  if (sev === "at_risk")
    return [
      {
        code: "confirming",
        words: `Its risk is ${percent(risk)}: an alarm is raised when it stays at ${percent(raiseAtOf(row, now))} or more for ${ALARM_RULE.confirmMs / 60_000} minutes.`,
      },
    ];
  return [
    {
      code: "risk-below",
      words: `No alarm: its risk is ${percent(risk)}, below ${percent(raiseAtOf(row, now))}.`,
    },
  ];
}

const somebody = (name: string | null, { seesPeople }: Asked): string =>
  seesPeople && name !== null ? name : "somebody";

function stateFacts(asked: Asked, incident: Incident): Fact[] {
  const { site } = asked;
  const { state, owner, ackUntil, shelved, resolution } = incident;
  const say = (at: number): string => inWords(site.timeZone, at);
  if (state === "acknowledged") {
    const until = ackUntil === null ? "" : ` until ${say(ackUntil)}`;
    const words = `Acknowledged by ${somebody(owner, asked)}${until}: so long its ladder waits.`;
    return [{ code: "acknowledged", words, ...(ackUntil !== null && { at: ackUntil }) }];
  }
  if (state === "shelved" && shelved !== null) {
    const why = asked.seesPeople ? `: ${shelved.reason}` : "";
    const words = `Put on the shelf by ${somebody(shelved.by, asked)} until ${say(shelved.until)}${why}.`;
    return [{ code: "shelved", words, at: shelved.until }];
  }
  if (state === "resolved" && resolution !== null)
    return [
      {
        code: "resolved",
        words: `${incident.id} was resolved ${say(resolution.at)} (${resolution.code}).`,
        at: resolution.at,
      },
    ];
  return [];
}

function firedFacts(asked: Asked, { ladder }: Incident): Fact[] {
  return (ladder?.fired ?? []).map(({ step, firedAt, targets, people, late, by }) => {
    const names = asked.seesPeople && people.length > 0 ? ` (${people.join(", ")})` : "";
    const whom = asked.seesPeople ? `${targets.join(", ")}${names}` : "those whom it names";
    const hand = by === undefined ? "" : `, by hand of ${somebody(by, asked)}`;
    const behind = late ? ", late, since the tower was behind" : "";
    const moment = inWords(asked.site.timeZone, firedAt);
    return {
      code: "told",
      words: `Step ${step + 1} told ${whom} at ${moment}${hand}${behind}.`,
      at: firedAt,
    };
  });
}

const RESULTS: Readonly<Record<string, string>> = {
  waiting: "is being sent to",
  sent: "was sent to",
  delivered: "reached",
  failed: "did not reach",
  held: "is held back from",
};

const toldFacts = ({ told, site }: Asked): Fact[] =>
  told.map(({ whom, way, at, state, words }) => ({
    code: `told-${state}`,
    words: `A message by ${way} ${RESULTS[state] ?? state} ${whom} at ${inWords(site.timeZone, at)}${words === undefined ? "" : `: ${words}`}.`,
    at,
  }));

/** It climbs no ladder: none is for such as it, or it was not worth a call when it was last looked at. */
function unclimbed({ policies }: Asked, incident: Incident): Fact {
  if (ladderOf(policies, incident) === null)
    return { code: "no-ladder", words: "No ladder applies to its incident." };
  const words =
    "Its incident is only listed: it endangers no promise that can still be kept, is no more than usual, or was told of under another name. Escalated by hand it calls people.";
  return { code: "listed", words };
}

function nextFacts(asked: Asked, incident: Incident): Fact[] {
  const { site } = asked;
  const { ladder, state } = incident;
  if (state === "resolved" || state === "shelved") return [];
  if (ladder === null) return [unclimbed(asked, incident)];
  const { nextAt, waits, step } = ladder;
  const why = waits === undefined ? "" : ` (${waits})`;
  if (nextAt !== null) {
    const words = `Step ${step + 1} comes at ${inWords(site.timeZone, nextAt)}${why}.`;
    return [{ code: "waits", words, at: nextAt }];
  }
  return waits === undefined || state === "acknowledged"
    ? []
    : [{ code: "waits", words: `Nothing more will be told: ${waits}.` }];
}

function maintenanceFacts({ policies, site, now }: Asked, kind: Incident["kind"]): Fact[] {
  return (policies.maintenance ?? []).flatMap(({ from, to, kinds, reason }) => {
    const until = instantOf(to);
    const holds = instantOf(from) <= now && now < until && (kinds?.includes(kind) ?? true);
    if (!holds) return [];
    const words = `Planned work until ${inWords(site.timeZone, until)}: ${reason}.`;
    return [{ code: "maintenance", words, at: until }];
  });
}

function closedFacts({ policies, site, now }: Asked, { ladder }: Incident): Fact[] {
  const own = policies.ladders.find(({ id }) => id === ladder?.ladder);
  if (own?.offHours !== "hold_until_open" || isOpenAt(site, now)) return [];
  const opens = nextOpening(site, now);
  const words = `The site is closed: what falls due is held until ${inWords(site.timeZone, opens)}.`;
  return [{ code: "off-hours", words, at: opens }];
}

const floodFacts = ({ floodSince, site }: Asked): Fact[] =>
  floodSince === null
    ? []
    : [
        {
          code: "flood",
          words: `There is a flood of alarms since ${inWords(site.timeZone, floodSince)}: single orders call nobody.`,
          at: floodSince,
        },
      ];

function incidentFacts(asked: Asked, incident: Incident): Fact[] {
  const { id, title, kind } = incident;
  const open = asked.seesPeople || kind !== "manual" ? `, ${title}` : "";
  const isOver = incident.state === "resolved";
  return [
    { code: "explained", words: `It is explained by ${id}${open}.` },
    ...stateFacts(asked, incident),
    ...firedFacts(asked, incident),
    ...toldFacts(asked),
    ...nextFacts(asked, incident),
    ...(isOver ? [] : [...maintenanceFacts(asked, kind), ...closedFacts(asked, incident)]),
  ];
}

/** What a person reads first: the fact that weighs most. */
const FIRST = [
  "ended",
  "maintenance",
  "off-hours",
  "shelved",
  "resolved",
  "acknowledged",
  "no-ladder",
  "listed",
  "waits",
];

const firstOf = (facts: readonly Fact[], codes: readonly string[]): Fact | undefined =>
  codes.flatMap((code) => facts.find((fact) => fact.code === code) ?? [])[0];

function escalatedWords(facts: readonly Fact[], incident: Incident | null): string {
  const told = facts.findLast(({ code }) => code === "told");
  const state = firstOf(facts, ["acknowledged", "resolved", "shelved"]);
  const sentences = [`It was escalated with ${incident?.id ?? "its incident"}.`, told, state];
  return sentences.flatMap((one) => (typeof one === "string" ? one : (one?.words ?? []))).join(" ");
}

function headline(facts: readonly Fact[]): string {
  const reason = firstOf(facts, FIRST) ?? facts[0];
  return reason?.words ?? "Nothing is known that would call anybody.";
}

export function escalationAnswer(asked: Asked): Answer {
  const { row, ended, incident } = asked;
  const own: Fact[] =
    row === null
      ? [{ code: "ended", words: `It is over${ended === undefined ? "" : `: ${ended}`}.` }]
      : [];
  const found =
    incident === null
      ? [
          ...(row === null ? [] : rowFacts({ ...asked, row })),
          ...maintenanceFacts(asked, "order_delay"),
        ]
      : incidentFacts(asked, incident);
  const facts = [...own, ...found, ...floodFacts(asked)];
  const escalated = facts.some(({ code }) => code === "told");
  const words = escalated ? escalatedWords(facts, incident) : headline(facts);
  return { escalated, words, facts };
}
