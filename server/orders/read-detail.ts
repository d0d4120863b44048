/** Finds an order within the sites of whoever asks, and shows it to them: without personal fields unless they may read those. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { countOf } from "../../domain/counted.ts";
import type { Live } from "../decorators.ts";
import type { OrderDetail } from "../../domain/contract/api.ts";
import { audienceOf, type Audience } from "../audience.ts";
import { incidentFor } from "../incidents/audience.ts";
import { problem } from "../problem.ts";
import { atSeveral, siteOf, sitesOf } from "../site-of.ts";
import { orderDetail, type Personal } from "./detail.ts";
import { openPersonal } from "./open-personal.ts";

type Stored = NonNullable<Awaited<ReturnType<Live["readOrder"]>>>;
export type FoundOrder = Stored & { site: string; id: string };

const noSuchOrder = () => problem("CT_ERR_NOT_FOUND", "There is no such order for you.");

function stillWaiting({ record }: Stored) {
  const count = record.events.length;
  return problem(
    "CT_ERR_ORDER_WAITING",
    `${countOf(count, "event waits", "events wait")} for its order.received.`,
    {
      members: { waiting: count },
    },
  );
}

/** The sites to look in: the one named, else all of the credential. */
function candidates(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
): string[] {
  return asked === undefined
    ? sitesOf(app, request.principal)
    : [siteOf(app, request, asked).site.id];
}

/** Order numbers may repeat between sites: the same number at two of them needs the site named. Refuses what is not there or still waiting. */
export async function findOrder(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
  id: string,
): Promise<FoundOrder> {
  const sites = candidates(app, request, asked);
  const found = await Promise.all(sites.map(async (site) => app.live.readOrder(site, id)));
  const there = found.flatMap((stored, at) => {
    const site = sites[at];
    return stored === null || site === undefined ? [] : [{ ...stored, site, id }];
  });
  const [first, second] = there;
  if (first === undefined) throw noSuchOrder();
  if (second !== undefined) throw atSeveral("this order");
  if (first.waiting) throw stillWaiting(first);
  return first;
}

function personalOf(app: FastifyInstance, request: FastifyRequest, found: FoundOrder): Personal {
  const erasedAt = found.personalErasedAt ?? null;
  if (found.sealed === null || erasedAt !== null) return { fields: null, hidden: false, erasedAt };
  if (!request.principal.permissions.has("personal:read")) return { fields: null, hidden: true };
  const keys = found.personalKeys ?? "";
  const open = (sealed: string) => app.personal.open(found.site, found.id, sealed, keys);
  return { fields: openPersonal(open, found.sealed), hidden: false };
}

/** The incident that its row names, as long as it is not resolved. */
function openIncidentOf(
  app: FastifyInstance,
  { site, id }: FoundOrder,
  audience: Audience,
): OrderDetail["incident"] {
  const board = app.live.board(site);
  const named = board?.incidents.get(board.rows.get(id)?.incident ?? "");
  if (named === undefined || named.state === "resolved") return null;
  const {
    id: incident,
    title,
    kind,
    severity,
    state,
    actBy,
    owner,
    isOwned,
  } = incidentFor(audience, named);
  const at = actBy === null ? null : new Date(actBy).toISOString();
  return { id: incident, title, kind, severity, state, actBy: at, owner, isOwned };
}

/** an order as the caller may see it */
export type Shown = NonNullable<ReturnType<typeof orderDetail>>;

export function showOrder(app: FastifyInstance, request: FastifyRequest, found: FoundOrder): Shown {
  const policy = found.policy ?? app.sites.get(found.site);
  const personal = personalOf(app, request, found);
  const audience = audienceOf(request.principal);
  const { record, outlook = null } = found;
  const of = { record, personal, outlook, audience };
  const detail = policy === undefined ? null : orderDetail(of, policy, app.now());
  if (detail === null) throw stillWaiting(found);
  return { ...detail, incident: openIncidentOf(app, found, audience) };
}

export async function readDetail(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
  id: string,
): Promise<Shown> {
  return showOrder(app, request, await findOrder(app, request, asked, id));
}
