/** Ladders in words: how long a step waits, whom it tells, when it is passed over. */
import { INCIDENT_SEVERITIES } from "./incident.ts";
import type { Condition, LadderStep, Target, Wait } from "./policies.ts";

const DAYS = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

export function minutesInWords(minutes: number): string {
  if (minutes < 60) return `${Math.round(minutes * 10) / 10} min`;
  const hours = Math.floor(minutes / 60);
  const rest = Math.round(minutes - hours * 60);
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

export function waitInWords(wait: Wait, isFirst: boolean): string {
  if ("minutes" in wait) {
    if (wait.minutes === 0) return isFirst ? "at once" : "together with the step before";
    return `${minutesInWords(wait.minutes)} after ${isFirst ? "it began" : "the step before"}`;
  }
  const { slackShare, atLeastMin, atMostMin } = wait;
  const most = atMostMin === undefined ? "" : `, at most ${minutesInWords(atMostMin)}`;
  return `${Math.round(slackShare * 100)} % of the time left, at least ${minutesInWords(atLeastMin)}${most}`;
}

export function targetInWords(target: Target): string {
  switch (target.to) {
    case "owner":
      return "its owner";
    case "role":
      return `everybody who is ${target.role}`;
    case "person":
      return target.name;
    case "duty":
      return `whoever is on duty by ${target.schedule}`;
    case "channel":
      return `channel ${target.channel}`;
    case "wall":
      return "the walls";
    case "webhooks":
      return "webhooks";
  }
}

const hoursInWords = ({ days, from, to }: Condition): string[] => [
  ...(days === undefined ? [] : [days.map((day) => DAYS[day] ?? String(day)).join(", ")]),
  ...(from === undefined && to === undefined
    ? []
    : [`from ${from ?? "00:00"} to ${to ?? "24:00"}`]),
];

/** null: it is never passed over. */
export function conditionInWords(condition: Condition | undefined): string | null {
  if (condition === undefined) return null;
  const { severities, minutesToActBy, minimumValue, tiers, countInWindow } = condition;
  const parts = [
    ...hoursInWords(condition),
    ...(severities === undefined || severities.length === INCIDENT_SEVERITIES.length
      ? []
      : [`only ${severities.join(", ")}`]),
    ...(minutesToActBy === undefined
      ? []
      : [`with at most ${minutesInWords(minutesToActBy)} left to act`]),
    ...(minimumValue === undefined ? [] : [`with at least ${minimumValue} at stake`]),
    ...(tiers === undefined ? [] : [`for tier ${tiers.join(", ")}`]),
    ...(countInWindow === undefined
      ? []
      : [`after ${countInWindow.count} incidents in ${minutesInWords(countInWindow.minutes)}`]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}

export const stepInWords = (step: LadderStep, at: number): string =>
  `step ${at + 1}, ${waitInWords(step.wait, at === 0)}: ${step.targets.map(targetInWords).join(", ")}`;
