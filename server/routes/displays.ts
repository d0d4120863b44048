/** Wall displays over HTTP: a screen asks for a code and polls, a person claims it, changes it, steers it, ends it. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { pageBehind } from "../cursor.ts";
import { SiteListQuery } from "../orders/order-path.ts";
import {
  DisplayClaim,
  DisplayList,
  DisplayOrder,
  DisplayPatch,
  DisplayView,
  NoticeView,
  PAIRING_MS,
  PairingAsk,
  PairingGrant,
  PairingLook,
  PairingView,
  TokenAsk,
  TokenGrant,
  WallFrame,
  WallNotice,
  type StoredDisplay,
} from "../../domain/contract/displays.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import type { Asker } from "../displays/desk.ts";
import type { Pairing } from "../displays/store.ts";
import { viewOf } from "../displays/views.ts";
import { deviceOf } from "../people/devices.ts";
import { problem } from "../problem.ts";
import { networkOf } from "../rates.ts";
import { siteOf, sitesOf } from "../site-of.ts";
import { nothingIsEmpty } from "../plugins/validation.ts";
import { refused } from "../refused.ts";

const Path = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const SiteQuery = Type.Object(
  { site: Type.Optional(Type.String({ maxLength: 32 })) },
  { additionalProperties: false },
);
type Id = { Params: Static<typeof Path> };
type OfSite = { Querystring: Static<typeof SiteQuery> };

const PAIRING_BYTES = 2_048;

const GONE = { 404: refused("no such display for you") };
const NO_CODE = {
  404: refused("no screen shows this code"),
  429: refused("five wrong codes: wait"),
};

const options = (operation: HttpOperation, summary: string, schema: object) => ({
  config: { operation },
  schema: { summary, tags: ["displays"], ...schema },
});
const askerOf = ({ principal, ip }: FastifyRequest): Asker => ({ principal, where: ip });

/** Where people open the tower: as it is configured, else as the screen reached it. */
const originOf = ({ server, protocol, host }: FastifyRequest): string =>
  server.config.origins[0] ?? `${protocol}://${host}`;

function pairingRoutes(app: FastifyInstance): void {
  const { pairings } = app.displays;
  app.post<{ Body: PairingAsk | undefined }>(
    "/api/v1/displays",
    {
      // nothing sent means nothing to say
      preValidation: nothingIsEmpty,
      ...options("POST /api/v1/displays", "A screen asks for a code to be shown", {
        body: PairingAsk,
        response: { 201: PairingGrant },
      }),
      bodyLimit: PAIRING_BYTES,
    },
    async (request, reply) => {
      const wait = app.displays.waitToAsk(networkOf(request.ip));
      if (wait > 0)
        throw problem("CT_ERR_TOO_MANY_REQUESTS", "Too many codes from this address. Wait.", {
          retryAfterSeconds: Math.ceil(wait),
        });
      const device = deviceOf(request.headers["user-agent"]);
      const ask = request.body ?? {};
      const grant = await pairings.ask({
        ask,
        device,
        address: request.ip,
        origin: originOf(request),
      });
      return reply.code(201).header("cache-control", "no-store").send(grant);
    },
  );

  app.post<{ Body: TokenAsk }>(
    "/api/v1/displays/token",
    {
      ...options(
        "POST /api/v1/displays/token",
        "A screen polls until it was claimed, and renews its token later",
        {
          body: TokenAsk,
          response: {
            200: TokenGrant,
            400: refused("not claimed yet, asked too often, or the code is over"),
            401: refused("the display was disconnected, or this token was used"),
          },
        },
      ),
      bodyLimit: PAIRING_BYTES,
    },
    async ({ body }, reply) => {
      reply.header("cache-control", "no-store");
      return "deviceCode" in body
        ? pairings.poll(body.deviceCode)
        : pairings.refresh(body.refreshToken);
    },
  );
}

function lookOf(app: FastifyInstance, request: FastifyRequest, pairing: Pairing): PairingView {
  const { name, device, address, askedAt, width, height } = pairing;
  const own = new Set(sitesOf(app, request.principal));
  return {
    name,
    device,
    address,
    askedAt: new Date(askedAt).toISOString(),
    expiresAt: new Date(askedAt + PAIRING_MS).toISOString(),
    width,
    height,
    sites: app.sites
      .all()
      .filter(({ id }) => own.has(id))
      .map(({ id, name: siteName }) => ({ id, name: siteName })),
  };
}

function claimRoutes(app: FastifyInstance): void {
  const { desk } = app.displays;
  app.post<{ Body: PairingLook }>(
    "/api/v1/displays/look",
    options("POST /api/v1/displays/look", "What shows this code, and from where it asks", {
      body: PairingLook,
      response: { 200: PairingView, ...NO_CODE },
    }),
    async (request) => {
      const { pairing } = await desk.look(askerOf(request), request.body.code);
      return lookOf(app, request, pairing);
    },
  );

  app.post<{ Body: DisplayClaim }>(
    "/api/v1/displays/claim",
    options("POST /api/v1/displays/claim", "Make a wall of one site of the screen with this code", {
      body: DisplayClaim,
      response: { 201: DisplayView, ...NO_CODE },
    }),
    async (request, reply) => {
      const display = await desk.claim(askerOf(request), request.body);
      reply.header("location", `/api/v1/displays/${display.id}`);
      return reply.code(201).send(viewOf(display, null, Date.now()));
    },
  );
}

async function show(app: FastifyInstance, display: StoredDisplay): Promise<DisplayView> {
  const [kept = null] = await app.displays.store.reports([display.id]);
  return viewOf(display, kept, Date.now());
}

function readRoutes(app: FastifyInstance): void {
  const { desk, store } = app.displays;
  app.get<{ Querystring: SiteListQuery }>(
    "/api/v1/displays",
    options("GET /api/v1/displays", "The walls of your sites, by name", {
      querystring: SiteListQuery,
      response: { 200: DisplayList },
    }),
    async (request) => {
      const { site } = request.query;
      if (site !== undefined) siteOf(app, request, site);
      const found = desk
        .all(askerOf(request))
        .filter((display) => site === undefined || display.site === site)
        .toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1));
      const reports = await store.reports(found.map(({ id }) => id));
      const now = Date.now();
      const items = found.map((display, at) => viewOf(display, reports[at] ?? null, now));
      return pageBehind(items, ({ id }) => id, request.query);
    },
  );

  app.get<Id>(
    "/api/v1/displays/:id",
    options("GET /api/v1/displays/:id", "One wall", {
      params: Path,
      response: { 200: DisplayView, ...GONE },
    }),
    async (request) => show(app, desk.find(askerOf(request), request.params.id)),
  );

  app.get<Id>(
    "/api/v1/displays/:id/frame",
    options("GET /api/v1/displays/:id/frame", "Its last picture, as boxes", {
      params: Path,
      response: {
        200: Type.Object({
          at: Type.Union([Type.String(), Type.Null()]),
          frame: Type.Union([WallFrame, Type.Null()]),
        }),
        ...GONE,
      },
    }),
    async (request) => {
      const { id } = desk.find(askerOf(request), request.params.id);
      const [kept = null] = await store.reports([id]);
      const at = kept === null ? null : new Date(kept.at).toISOString();
      return { at, frame: kept?.report.frame ?? null };
    },
  );
}

function changeRoutes(app: FastifyInstance): void {
  const { desk } = app.displays;
  app.patch<Id & { Body: DisplayPatch }>(
    "/api/v1/displays/:id",
    options("PATCH /api/v1/displays/:id", "Another name, layout, size, language or sound", {
      params: Path,
      body: DisplayPatch,
      response: { 200: DisplayView, ...GONE },
    }),
    async (request) =>
      show(app, await desk.patch(askerOf(request), request.params.id, request.body)),
  );

  app.delete<Id>(
    "/api/v1/displays/:id",
    options("DELETE /api/v1/displays/:id", "Disconnect a wall: it is blank within 5 s", {
      params: Path,
      response: { 204: Type.Null(), ...GONE },
    }),
    async (request, reply) => {
      await desk.revoke(askerOf(request), request.params.id);
      return reply.code(204).send();
    },
  );

  app.post<Id & { Body: DisplayOrder }>(
    "/api/v1/displays/:id/commands",
    options("POST /api/v1/displays/:id/commands", "Reload, next slide, blank, message for 60 s", {
      params: Path,
      body: DisplayOrder,
      response: { 200: DisplayView, ...GONE },
    }),
    async (request) =>
      show(app, await desk.order(askerOf(request), request.params.id, request.body)),
  );
}

function noticeRoutes(app: FastifyInstance): void {
  const { book, desk } = app.displays;
  const noticeAt = (site: string): NoticeView => {
    const notice = book.notice(site, Date.now());
    const until = notice?.until ?? null;
    return {
      site,
      text: notice?.text ?? null,
      until: until === null ? null : new Date(until).toISOString(),
    };
  };

  app.get<OfSite>(
    "/api/v1/displays/notice",
    options("GET /api/v1/displays/notice", "What the lead tells all walls of a site", {
      querystring: SiteQuery,
      response: { 200: NoticeView },
    }),
    async (request) => noticeAt(siteOf(app, request, request.query.site).site.id),
  );

  app.put<OfSite & { Body: WallNotice | { text: null } }>(
    "/api/v1/displays/notice",
    options("PUT /api/v1/displays/notice", "Tell all walls of a site something, or nothing more", {
      querystring: SiteQuery,
      body: Type.Union([
        WallNotice,
        Type.Object({ text: Type.Null() }, { additionalProperties: false }),
      ]),
      response: { 200: NoticeView },
    }),
    async (request) => {
      const site = siteOf(app, request, request.query.site).site.id;
      const { body } = request;
      await desk.notify(askerOf(request), site, body.text === null ? null : body);
      return noticeAt(site);
    },
  );
}

export function displayRoutes(app: FastifyInstance): void {
  pairingRoutes(app);
  claimRoutes(app);
  readRoutes(app);
  changeRoutes(app);
  noticeRoutes(app);
}
