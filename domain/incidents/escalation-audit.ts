/** Due against fired: what every incident says of its ladder, held against itself and the clock. Nothing may be due for long, and no firing may stand twice. Pure. */
import { HOUR_MS, MINUTE_MS } from "../wall-clock.ts";
import { isOpenIncident, nextMomentOf, type Incident } from "./incident.ts";

/** What is due longer than that was missed: firing takes seconds (promise P7), a backlog is worked off at 50 a second. */
const PATIENCE_MS = MINUTE_MS;
const LOOK_BACK_MS = 24 * HOUR_MS;

export type Missed = { incident: string; dueAt: number; lateMs: number };
export type Doubled = {
  incident: string;
  generation: number;
  round: number;
  step: number;
  times: number;
};
export type EscalationAudit = {
  /** moments that lie ahead or fall due now */
  due: number;
  /** steps that were fired in the last 24 hours, and those of them that were late */
  fired: number;
  late: number;
  missed: Missed[];
  doubled: Doubled[];
};

function doubledOf({ id, ladder }: Incident): Doubled[] {
  const times = new Map<string, number>();
  for (const { generation, round, step } of ladder?.fired ?? []) {
    const key = `${generation}|${round}|${step}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return [...times].flatMap(([key, count]) => {
    const [generation = 0, round = 0, step = 0] = key.split("|").map(Number);
    return count > 1 ? [{ incident: id, generation, round, step, times: count }] : [];
  });
}

export function auditEscalation(incidents: Iterable<Incident>, now: number): EscalationAudit {
  const audit: EscalationAudit = { due: 0, fired: 0, late: 0, missed: [], doubled: [] };
  for (const incident of incidents) {
    const recent = (incident.ladder?.fired ?? []).filter(
      ({ firedAt }) => now - firedAt <= LOOK_BACK_MS,
    );
    audit.fired += recent.length;
    audit.late += recent.filter(({ late }) => late).length;
    audit.doubled.push(...doubledOf(incident));
    const dueAt = isOpenIncident(incident) ? nextMomentOf(incident) : null;
    if (dueAt === null) continue;
    audit.due += 1;
    const lateMs = now - dueAt;
    if (lateMs > PATIENCE_MS) audit.missed.push({ incident: incident.id, dueAt, lateMs });
  }
  return audit;
}

export function auditWords({ due, fired, late, missed, doubled }: EscalationAudit): string {
  const behind = late === 0 ? "" : `, ${late} of them late`;
  const counts = `${due} moments ahead; ${fired} steps fired in 24 hours${behind}`;
  if (missed.length === 0 && doubled.length === 0) return `${counts}. None missed, none doubled.`;
  return `${counts}. ${missed.length} missed, ${doubled.length} doubled.`;
}
