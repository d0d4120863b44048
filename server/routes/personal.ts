/** The rights of the people whose orders these are: to get what is kept of them, and to have it erased. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { KeptOrder, Whose } from "../personal/search.ts";
import { isProblem, problem } from "../problem.ts";
import { siteOf, sitesOf } from "../site-of.ts";

const text = (most: number) => Type.Optional(Type.String({ minLength: 1, maxLength: most }));
const WHOSE = { orderId: text(128), customerOrder: text(256), customer: text(256) };
const Asked = Type.Object({ ...WHOSE, site: text(32) }, { additionalProperties: false });
type Asked = Static<typeof Asked>;

function whoseOf({ orderId, customerOrder, customer }: Asked): Whose {
  const given = [
    ...(orderId === undefined ? [] : [{ orderId }]),
    ...(customerOrder === undefined ? [] : [{ customerOrder }]),
    ...(customer === undefined ? [] : [{ customer }]),
  ];
  const [whose, more] = given;
  if (whose !== undefined && more === undefined) return whose;
  const errors = [{ index: 0, path: "", message: "must name one of them, and one alone" }];
  throw problem("CT_ERR_INVALID", "Say whose: one of orderId, customerOrder or customer.", {
    errors,
  });
}

const unreadable = (cause: unknown) =>
  problem("CT_ERR_UNAVAILABLE", "The store does not answer. Send the same again: it is safe.", {
    cause,
  });

async function find(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: Asked,
): Promise<KeptOrder[]> {
  const whose = whoseOf(asked);
  const sites =
    asked.site === undefined
      ? sitesOf(app, request.principal)
      : [siteOf(app, request, asked.site).site.id];
  return app.personalData.find(sites, whose).catch((cause: unknown) => {
    throw isProblem(cause) ? cause : unreadable(cause);
  });
}

/** An entry for each order, before it is done. Whom it was asked for stays out: the chain keeps for good. */
async function recordEach(
  app: FastifyInstance,
  { principal, ip }: FastifyRequest,
  what: string,
  orders: readonly KeptOrder[],
): Promise<void> {
  const common = { who: principal.name, what, where: ip };
  if (orders.length === 0) return app.audit.record({ ...common, after: { orders: 0 } });
  await Promise.all(
    orders.map(async ({ site, id }) => app.audit.record({ ...common, site, subject: id })),
  );
}

const isoOf = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();

const toHttp = (order: KeptOrder): object => ({ ...order, erasedAt: isoOf(order.erasedAt) });

export function personalRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Asked }>(
    "/api/v1/personal/export",
    {
      config: { operation: "GET /api/v1/personal/export" },
      schema: {
        summary: "Everything that is kept of a person",
        description:
          "By order, by the customer's order number, or by any personal value: a name, an e-mail.",
        querystring: Asked,
        tags: ["personal data"],
      },
    },
    async (request) => {
      const orders = await find(app, request, request.query);
      await recordEach(app, request, "personal.exported", orders);
      return { items: orders.map(toHttp), next: null };
    },
  );
  app.post<{ Body: Asked }>(
    "/api/v1/personal/erase",
    {
      config: { operation: "POST /api/v1/personal/erase" },
      schema: {
        summary: "Erase somebody's personal fields for good",
        description:
          "Destroys the keys: what was sealed cannot be opened any more, backups included.",
        body: Asked,
        tags: ["personal data"],
      },
    },
    async (request) => {
      const found = await find(app, request, request.body);
      const orders = found.filter(({ erasedAt }) => erasedAt === null);
      await recordEach(app, request, "personal.erased", orders);
      await app.personalData.erase(orders).catch((cause: unknown) => {
        throw unreadable(cause);
      });
      // a photo of a parcel may show its label; also of those that were erased before: their photos may have been left
      for (const { site, id } of found) await app.displays.photos.forget(site, id);
      return {
        erased: orders.map(({ site, id }) => ({ site, id })),
        before: found.length - orders.length,
      };
    },
  );
}
