/** What the auditor of the ladders says: looked at now, and what it wrote down last. */
import type { FastifyInstance } from "fastify";
import type { EscalationAuditView } from "../../domain/contract/alarms.ts";
import { auditEscalation, auditWords } from "../../domain/incidents/escalation-audit.ts";
import { toHttp } from "../http-instants.ts";
import { boardOf } from "../orders/board-of.ts";

export async function auditView(app: FastifyInstance, site: string): Promise<EscalationAuditView> {
  const now = app.now();
  const audit = auditEscalation(boardOf(app, site).incidents.values(), now);
  const stored = await app.incidents.audit(site);
  const last = stored === null ? {} : { last: JSON.parse(stored) as unknown };
  const view = { site, at: now, ...audit, words: auditWords(audit), ...last };
  return toHttp(view) as EscalationAuditView;
}
