/** The way back from a wall: who scans its code takes the task, says that it is done, or adds a photo of damage. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { InboxEvent } from "../../domain/contract/inbox-event.ts";
import { WallTask } from "../../domain/contract/walls.ts";
import type { OrderEvent } from "../../domain/event.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import { audienceOf } from "../audience.ts";
import { PHOTO_BYTES, PHOTO_TYPES, readPhoto } from "../floor/photo-file.ts";
import { bodyOf, bytesOptions } from "../interchange.ts";
import type { KnownPhoto } from "../floor/photos.ts";
import {
  FLOOR_WORDS,
  findTask,
  sayOfTask,
  type FloorWord,
  type FoundTask,
} from "../floor/tasks.ts";
import { placeAudited } from "../orders/act.ts";
import { sourceOf } from "../orders/action-event.ts";
import { OrderPath, SiteQuery } from "../orders/order-path.ts";
import { findOrder } from "../orders/read-detail.ts";
import { problem } from "../problem.ts";
import { siteOf } from "../site-of.ts";
import { refused } from "../refused.ts";

const TaskPath = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const WordPath = Type.Object({ ...TaskPath.properties, word: Type.Enum([...FLOOR_WORDS]) });
const PhotoPath = Type.Object({
  ...OrderPath.properties,
  photo: Type.String({ pattern: "^[0-9a-f]{24}$" }),
});
type Query = { Querystring: Static<typeof SiteQuery> };

const maybeText = Type.Union([Type.String(), Type.Null()]);
const FloorTask = Type.Object({
  site: Type.String(),
  task: WallTask,
  orders: Type.Array(Type.String()),
  /** who has it; null for those who are shown no people */
  by: maybeText,
  at: maybeText,
});
const PhotoView = Type.Object({
  id: Type.String(),
  type: Type.String(),
  bytes: Type.Integer(),
  width: Type.Integer(),
  height: Type.Integer(),
  by: Type.String(),
  at: Type.String(),
});

const options = (operation: HttpOperation, summary: string, schema: object) => ({
  config: { operation },
  schema: { summary, tags: ["floor"], ...schema },
});

function shown(request: FastifyRequest, site: string, { task, orders, word }: FoundTask) {
  const sees = audienceOf(request.principal) === "full";
  return {
    site,
    task,
    orders,
    by: sees && word !== undefined ? word.by : null,
    at: word === undefined ? null : new Date(word.at).toISOString(),
  };
}

const photoView = ({ at, ...photo }: KnownPhoto) => ({ ...photo, at: new Date(at).toISOString() });

function taskRoutes(app: FastifyInstance): void {
  app.get<Query & { Params: Static<typeof TaskPath> }>(
    "/api/v1/floor/tasks/:id",
    options("GET /api/v1/floor/tasks/:id", "What a wall shows, with its orders and who has it", {
      params: TaskPath,
      querystring: SiteQuery,
      response: { 200: FloorTask, 404: refused("it is done, or it is over") },
    }),
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      return shown(request, site.id, findTask(app, site, request.params.id));
    },
  );

  app.post<Query & { Params: { id: string; word: FloorWord } }>(
    "/api/v1/floor/tasks/:id/:word",
    options("POST /api/v1/floor/tasks/:id/:word", "Take it, say that it is done, give it back", {
      params: WordPath,
      querystring: SiteQuery,
      response: {
        200: FloorTask,
        404: refused("it is done, or it is over"),
        409: refused("somebody else has it"),
      },
    }),
    async (request) => {
      const { site } = siteOf(app, request, request.query.site);
      const { id, word } = request.params;
      return shown(request, site.id, await sayOfTask(app, request, site, id, word));
    },
  );
}

/** A photo of damage is damage: the order gets its exception, with where the picture is. */
const damage = (
  request: FastifyRequest,
  site: string,
  orderId: string,
  photo: string,
  now: number,
) =>
  ({
    event: {
      id: `photo-${photo}`,
      source: sourceOf(request.principal),
      type: "item.damaged",
      site,
      orderId,
      occurredAt: now,
      actor: request.principal.name,
      data: { code: "PHOTO", note: `photo ${photo}` },
    } as OrderEvent,
    hash: photo.slice(0, 22),
  }) satisfies InboxEvent;

async function addPhoto(
  app: FastifyInstance,
  request: FastifyRequest,
  asked: string | undefined,
  id: string,
): Promise<object> {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const photo = readPhoto(bytes);
  if (photo === null)
    throw problem(
      "CT_ERR_INVALID",
      "This is no whole JPEG or PNG of at most 12,000 pixels a side.",
    );
  const found = await findOrder(app, request, asked, id);
  const { name } = request.principal;
  const kept = await app.displays.photos.add(found.site, found.id, name, photo);
  const entry = damage(request, found.site, found.id, kept.id, app.now());
  const input = {
    who: name,
    what: "order.photo",
    where: request.ip,
    site: found.site,
    subject: found.id,
    after: { photo: kept.id, bytes: kept.bytes },
  };
  await placeAudited(app, found.site, entry, input);
  return photoView(kept);
}

const PICTURE = Type.String({ format: "binary" });

function addRoute(app: FastifyInstance): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser<Buffer>(
      [...PHOTO_TYPES],
      { parseAs: "buffer", bodyLimit: PHOTO_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.post<Query & { Params: Static<typeof OrderPath> }>(
      "/api/v1/orders/:id/photos",
      {
        ...bytesOptions(app),
        ...options("POST /api/v1/orders/:id/photos", "Add a photo of damage: JPEG or PNG, 6 MiB", {
          params: OrderPath,
          querystring: SiteQuery,
          body: bodyOf(PHOTO_TYPES, PICTURE),
          response: {
            201: PhotoView,
            409: refused("there are 20 already"),
            413: refused("larger than 6 MiB"),
            415: refused("neither JPEG nor PNG"),
            422: refused("no whole picture"),
          },
        }),
        bodyLimit: PHOTO_BYTES,
      },
      async (request, reply) =>
        reply.code(201).send(await addPhoto(app, request, request.query.site, request.params.id)),
    );
  });
}

function photoRoutes(app: FastifyInstance): void {
  app.get<Query & { Params: Static<typeof OrderPath> }>(
    "/api/v1/orders/:id/photos",
    options("GET /api/v1/orders/:id/photos", "Photos of an order, the first taken first", {
      params: OrderPath,
      querystring: SiteQuery,
      response: { 200: Type.Object({ items: Type.Array(PhotoView), next: Type.Null() }) },
    }),
    async (request) => {
      const { site, id } = await findOrder(app, request, request.query.site, request.params.id);
      const items = await app.displays.photos.list(site, id);
      return { items: items.map(photoView), next: null };
    },
  );

  app.get<Query & { Params: Static<typeof PhotoPath> }>(
    "/api/v1/orders/:id/photos/:photo",
    options("GET /api/v1/orders/:id/photos/:photo", "The picture itself", {
      params: PhotoPath,
      querystring: SiteQuery,
      response: {
        200: {
          description: "the picture",
          ...bodyOf(PHOTO_TYPES, PICTURE),
        },
        404: refused("no such photo of this order"),
      },
    }),
    async (request, reply) => {
      const { site, id } = await findOrder(app, request, request.query.site, request.params.id);
      const photo = await app.displays.photos.read(site, id, request.params.photo);
      if (photo === null) throw problem("CT_ERR_NOT_FOUND", "There is no such photo here.");
      reply.header("cache-control", "private, max-age=3600").type(photo.type);
      return reply.send(photo.bytes);
    },
  );
}

export function floorRoutes(app: FastifyInstance): void {
  taskRoutes(app);
  addRoute(app);
  photoRoutes(app);
}
