/** A file from its bytes to its answer: planned, and unless it is a dry run, taken. */
import type { FastifyInstance } from "fastify";
import { type ImportAnswer, MOST_LISTED } from "../../domain/contract/imports.ts";
import type { SitePolicy } from "../../domain/site.ts";
import type { Posted } from "../connectors/posted.ts";
import type { Answer } from "../inbox/intake.ts";
import { bytesOf, type DocumentRequest, takeDocument } from "../interchange.ts";
import { knownOrders } from "./known-orders.ts";
import { planImport, type Plan } from "./plan.ts";

const SOURCE = "csv";
const AT_ONCE = 100;

type Named = { id: string; type: string; source: string };

/** The places in `items` of events that the door has had already: of an amendment the time of the first sending counts. */
async function heardOf(
  app: FastifyInstance,
  site: string,
  items: readonly Named[],
  isAsked: (item: Named) => boolean,
): Promise<Set<number>> {
  const asked = items.flatMap((item, place) => (isAsked(item) ? [{ item, place }] : []));
  const heard = new Set<number>();
  for (let from = 0; from < asked.length; from += AT_ONCE)
    await Promise.all(
      asked.slice(from, from + AT_ONCE).map(async ({ item, place }) => {
        if ((await app.inbox.fate(site, item.source, item.id)) !== null) heard.add(place);
      }),
    );
  return heard;
}

function without(posted: Posted, left: ReadonlySet<number>): Posted {
  if (left.size === 0) return posted;
  const places = posted.items.flatMap((_, place) => (left.has(place) ? [] : [place]));
  const { origin } = posted;
  return {
    ...posted,
    items: places.map((place) => posted.items[place]),
    ...(origin !== undefined && {
      origin: (index: number, path: string) => origin(places[index] ?? index, path),
    }),
  };
}

const countOf = (plan: Plan, change: "new" | "amended" | "unchanged"): number =>
  plan.changes.filter((one) => one.change === change).length;

function answerOf(plan: Plan, isDryRun: boolean, { body }: Pick<Answer, "body">): ImportAnswer {
  const counts = {
    new: countOf(plan, "new"),
    amended: countOf(plan, "amended"),
    unchanged: countOf(plan, "unchanged"),
  };
  const ofForm =
    plan.form === "events"
      ? { events: plan.types }
      : { orders: counts, changes: plan.changes.slice(0, MOST_LISTED) };
  return {
    ...body,
    duplicates: body.duplicates + counts.unchanged,
    dryRun: isDryRun,
    form: plan.form,
    rows: plan.rows,
    ...ofForm,
    errors: (body.errors ?? []).slice(0, MOST_LISTED),
  };
}

async function dryRun(app: FastifyInstance, site: string, plan: Plan): Promise<ImportAnswer> {
  const heard = await heardOf(app, site, plan.posted.items as Named[], () => true);
  const accepted = plan.posted.items.length - heard.size;
  return answerOf(plan, true, {
    body: { accepted, duplicates: heard.size, inbox: {}, errors: plan.faults },
  });
}

export async function takeImport(
  app: FastifyInstance,
  request: DocumentRequest,
  policy: SitePolicy,
  isDryRun: boolean,
): Promise<{ status: number; answer: ImportAnswer }> {
  const { site } = policy;
  const plan = await planImport(bytesOf(request), {
    site,
    source: request.query.source ?? SOURCE,
    sources: request.principal.sources,
    now: app.now(),
    known: knownOrders(app, request, policy),
  });
  if (isDryRun) return { status: 200, answer: await dryRun(app, site.id, plan) };
  const isAmendment = ({ type }: Named): boolean => type === "order.amended";
  const heard = await heardOf(app, site.id, plan.posted.items as Named[], isAmendment);
  const posted = without(plan.posted, heard);
  const { status, body } = await takeDocument(
    app,
    request,
    posted,
    site.id,
    request.query.partial === true,
  );
  const all = { body: { ...body, duplicates: body.duplicates + heard.size } };
  return { status, answer: answerOf(plan, false, all) };
}
