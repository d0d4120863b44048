/** What the tower knows of the orders of a file: read a hundred at a time, folded as the workers fold them. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { foldOrder } from "../../domain/fold.ts";
import type { SitePolicy } from "../../domain/site.ts";
import type { StoredOrder } from "../live/site-store.ts";
import { openPersonal } from "../orders/open-personal.ts";
import type { KnownOrder } from "./differences.ts";

const AT_ONCE = 100;
type Known = KnownOrder & { v: number };

/** null: whoever imports may not read them, so they are not compared, and not changed either. */
function personalOf(
  app: FastifyInstance,
  request: FastifyRequest,
  site: string,
  id: string,
  { sealed, personalKeys, personalErasedAt }: StoredOrder,
): KnownOrder["personal"] {
  if (!request.principal.permissions.has("personal:read") || (personalErasedAt ?? null) !== null)
    return null;
  if (sealed === null) return {};
  return (
    openPersonal((text) => app.personal.open(site, id, text, personalKeys ?? ""), sealed) ?? {}
  );
}

function known(
  app: FastifyInstance,
  request: FastifyRequest,
  policy: SitePolicy,
  id: string,
  stored: StoredOrder | null,
): [string, Known][] {
  if (stored === null || stored.waiting) return [];
  const { order } = foldOrder(stored.record.events, stored.policy ?? policy);
  if (order === null) return [];
  const personal = personalOf(app, request, policy.site.id, id, stored);
  return [[id, { order, personal, v: stored.record.v }]];
}

export const knownOrders =
  (app: FastifyInstance, request: FastifyRequest, policy: SitePolicy) =>
  async (ids: readonly string[]): Promise<ReadonlyMap<string, Known>> => {
    const found = new Map<string, Known>();
    for (let from = 0; from < ids.length; from += AT_ONCE) {
      const some = ids.slice(from, from + AT_ONCE);
      const stored = await Promise.all(
        some.map(async (id) => app.live.readOrder(policy.site.id, id)),
      );
      some.forEach((id, place) => {
        for (const [name, one] of known(app, request, policy, id, stored[place] ?? null))
          found.set(name, one);
      });
    }
    return found;
  };
