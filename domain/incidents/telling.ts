/** What goes out of an incident: a line in its timeline, a notice for people, an effect for webhooks. Ids are made of what happened, so that telling again tells the same. */
import { digest } from "../effects/digest.ts";
import { actByOf } from "./act-by.ts";
import { MAX_TIMELINE, type Incident, type TimelineEntry } from "./incident.ts";
import type { Notice } from "./notice.ts";

/** In the words of the contract; beside those of orders (`effects.ts`). */
export const INCIDENT_EFFECT_TYPES = [
  "incident.opened",
  "incident.escalated",
  "incident.acknowledged",
  "incident.resolved",
] as const;
export type IncidentEffectType = (typeof INCIDENT_EFFECT_TYPES)[number];

/** Never in it: names, reasons, or any other text that somebody typed. */
export type IncidentEffect = {
  id: string;
  type: IncidentEffectType;
  at: number;
  /** effects of one thing are delivered one after the other: here the incident's id */
  orderId: string;
  data: {
    site: string;
    incident: string;
    kind: Incident["kind"];
    severity: Incident["severity"];
    state: Incident["state"];
    priority: number;
    actBy: number | null;
    orders: number;
    title?: string;
    generation: number;
    step?: number;
    round?: number;
    /** of a resolution: a cause code, or `cleared` */
    code?: string;
  };
};

/** What an incident became, and what is to be told of it. */
export type Told = { incident: Incident; notices: Notice[]; effects: IncidentEffect[] };

export const untold = (incident: Incident): Told => ({ incident, notices: [], effects: [] });

/** The oldest go when it is full, but for the first: how it began. */
export function withLine(incident: Incident, line: TimelineEntry): Incident {
  const { timeline } = incident;
  const [first, ...rest] = timeline;
  if (first === undefined || timeline.length < MAX_TIMELINE)
    return { ...incident, timeline: [...timeline, line] };
  return { ...incident, timeline: [first, ...rest.slice(-(MAX_TIMELINE - 2)), line] };
}

export type NoticeWhy = Pick<Notice, "why" | "at" | "words"> &
  Partial<
    Pick<Notice, "targets" | "people" | "important" | "step" | "round" | "group" | "multiAck">
  >;

/** `key` tells two notices of one incident, generation and reason apart. */
export function noticeOf(incident: Incident, why: NoticeWhy, key: string): Notice {
  const { id, site, generation, title, severity, kind, doThis, counts } = incident;
  const { targets = [], people = [], important = false } = why;
  const carriers = incident.attributes.flatMap(({ name, value }) =>
    name === "carrier" ? [value] : [],
  );
  return {
    ...why,
    id: digest([site, id, String(generation), why.why, key].join("\n")),
    site,
    incident: id,
    targets,
    people,
    important,
    title,
    severity,
    kind,
    actBy: actByOf(incident),
    orders: counts.orders,
    ...(carriers.length > 0 && { carriers }),
    doThis,
    generation,
  };
}

export function effectOf(
  incident: Incident,
  type: IncidentEffectType,
  at: number,
  key: string,
  more: Partial<Pick<IncidentEffect["data"], "step" | "round" | "code">> = {},
): IncidentEffect {
  const { id, site, generation, kind, severity, state, priority, actBy, counts, title } = incident;
  const data = {
    site,
    incident: id,
    kind,
    severity,
    state,
    priority,
    actBy,
    orders: counts.orders,
    ...(kind !== "manual" && { title }),
    generation,
    ...more,
  };
  const mark = digest([site, id, type, String(generation), key].join("\n"));
  return { id: mark, type, at, orderId: id, data };
}
