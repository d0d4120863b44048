/** What the auditor of escalation's clock found last. */
import type { FastifyInstance } from "fastify";
import type { EscalationAuditView } from "../../domain/contract/alarms.ts";
import type { DueCheck } from "../../domain/incidents/due-check.ts";
import { toHttp } from "../http-instants.ts";

const NEVER = { due: 0, fired: 0, missed: [], doubled: [] };

export async function auditView(app: FastifyInstance, site: string): Promise<EscalationAuditView> {
  const text = await app.incidents.audit(site);
  if (text === null) return { site, at: null, ...NEVER, words: "The auditor has not looked yet." };
  // its `due` is a count, and no instant as elsewhere
  const { due, ...check } = JSON.parse(text) as DueCheck;
  return { ...(toHttp({ site, ...check }) as Omit<EscalationAuditView, "due">), due };
}
