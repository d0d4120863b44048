/**
 * Sounds, and only for what concerns this person: an incident of the first two severities that is new and unowned, one that was escalated to them, a source that fell silent. One of the
 * first severity rings again every minute, five times in all, then the ladder takes over.
 */
import { onScopeDispose } from "vue";
import type { IncidentView } from "../../domain/contract/incidents.ts";
import { inFlood, isVipAlone, PASS_WINDOW_MS } from "../../domain/incidents/flood-mode.ts";
import { useAlarmLoad } from "../stores/alarm-load.ts";
import { useIncidents } from "../stores/incidents.ts";
import { useSession } from "../stores/session.ts";
import { ring, type Tone } from "../ui/sound.ts";

const AGAIN_MS = 60_000;
const MOST_RINGS = 5;

export type Me = { name: string; role?: string | undefined };

const isGrave = ({ severity }: IncidentView): boolean => severity === "S1" || severity === "S2";

/** Steps that called this person by name; for what is grave also by what they are. */
const firedFor = (incident: IncidentView, { name, role }: Me): number =>
  incident.ladder?.fired.filter(
    ({ people, roles = [] }) =>
      people.includes(name) || (isGrave(incident) && roles.some((one) => one === role)),
  ).length ?? 0;

/** What a change sounds like to this person; null: nothing. */
export function toneOf(after: IncidentView, before: IncidentView | undefined, me: Me): Tone | null {
  if (after.state !== "open") return null;
  if (before !== undefined && firedFor(after, me) > firedFor(before, me)) return "escalated";
  const wasOpen = before?.state === "open" && before.severity <= after.severity;
  if (wasOpen) return null;
  if (after.kind === "source_silent") return "blind";
  return isGrave(after) ? "new" : null;
}

/** In a flood only what is new, critical and unowned, and can still be saved; after so many single orders that passed lately no more of those. */
export const isHeard = (
  incident: IncidentView,
  isFlood: boolean,
  now: number,
  vipRings = 0,
): boolean => !isFlood || inFlood(incident, now, vipRings).sounds;

export function useRinging(): void {
  const alarms = useAlarmLoad();
  const incidents = useIncidents();
  const session = useSession();
  /** when single orders of those who matter most rang */
  let passed: number[] = [];
  const again = new Map<string, { rings: number; timer: ReturnType<typeof setTimeout> }>();

  function repeat(id: string, tone: Tone, rings: number): void {
    clearTimeout(again.get(id)?.timer);
    if (rings >= MOST_RINGS) return void again.delete(id);
    const timer = setTimeout(() => {
      if (incidents.all.get(id)?.state !== "open") return void again.delete(id);
      ring(tone);
      repeat(id, tone, rings + 1);
    }, AGAIN_MS);
    again.set(id, { rings, timer });
  }

  const stop = incidents.onChange((after, before) => {
    if (!session.may("incidents:act")) return;
    const tone = toneOf(after, before, {
      name: session.view?.name ?? "",
      role: session.view?.role,
    });
    const now = Date.now();
    passed = passed.filter((at) => at > now - PASS_WINDOW_MS);
    if (tone === null || !isHeard(after, alarms.isFlood, now, passed.length)) return;
    if (isVipAlone(after)) passed.push(now);
    ring(tone);
    if (after.severity === "S1") repeat(after.id, tone, 1);
  });
  onScopeDispose(() => {
    stop();
    for (const { timer } of again.values()) clearTimeout(timer);
  });
}
