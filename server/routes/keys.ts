/** Keys of machines: made, listed, changed, renewed, revoked. The secret is in the answer that made it and nowhere else. */
import { Type, type Static } from "typebox";
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  KeyCreate,
  KeyList,
  KeyPatch,
  KeyRotate,
  KeyView,
  KeyWithSecret,
} from "../../domain/contract/machine-keys.ts";
import type { HttpOperation } from "../../domain/permissions.ts";
import type { Asker } from "../machines/desk.ts";
import { isVisible } from "../machines/give.ts";
import { viewOf, type StoredKey } from "../machines/stored-key.ts";
import { noSuchCursor } from "../cursor.ts";
import { nothingIsEmpty } from "../plugins/validation.ts";
import { refused } from "../refused.ts";

const KeyPath = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const ListQuery = Type.Object(
  {
    cursor: Type.Optional(Type.String({ maxLength: 64 })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  },
  { additionalProperties: false },
);
type Query = Static<typeof ListQuery>;
type Path = Static<typeof KeyPath>;
const DEFAULT_LIMIT = 50;

const answers = (status: number, schema: object, others: Record<number, string> = {}) => ({
  [status]: schema,
  ...Object.fromEntries(Object.entries(others).map(([code, why]) => [code, refused(why)])),
});
const GONE = { 404: "no such key for you" };
const NOT_YOURS = { 403: "more than you may give" };

const options = (operation: HttpOperation, summary: string, schema: object) => ({
  config: { operation },
  schema: { summary, tags: ["keys"], ...schema },
});

const askerOf = ({ principal, ip }: FastifyRequest): Asker => ({ principal, where: ip });

type Place = Pick<StoredKey, "createdAt" | "id">;

/** The newest first; equal moments in the order of their ids. */
const compare = (a: Place, b: Place): number =>
  b.createdAt - a.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id));

const cursorOf = ({ createdAt, id }: StoredKey): string => `${createdAt}.${id}`;

function placeOf(cursor: string): Place {
  const [, createdAt, id] = /^(\d{1,15})\.([0-9a-f]{12})$/.exec(cursor) ?? [];
  if (createdAt === undefined || id === undefined) throw noSuchCursor();
  return { createdAt: Number(createdAt), id };
}

function readRoutes(app: FastifyInstance): void {
  app.get<{ Querystring: Query }>(
    "/api/v1/keys",
    options("GET /api/v1/keys", "Keys of your sites, the newest first, revoked ones too", {
      querystring: ListQuery,
      response: answers(200, KeyList),
    }),
    async ({ principal, query }) => {
      const { cursor, limit = DEFAULT_LIMIT } = query;
      const after = cursor === undefined ? null : placeOf(cursor);
      const found = app.keyBook
        .all()
        .filter((key) => isVisible(principal, key))
        .filter((key) => after === null || compare(key, after) > 0)
        .toSorted(compare);
      const used = await app.keyBook.usedAt();
      const page = found.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map((key) => viewOf(key, used.get(key.id), Date.now())),
        next: found.length > limit && last !== undefined ? cursorOf(last) : null,
      };
    },
  );

  app.get<{ Params: Path }>(
    "/api/v1/keys/:id",
    options("GET /api/v1/keys/:id", "One key, without its secret", {
      params: KeyPath,
      response: answers(200, KeyView, GONE),
    }),
    async (request) => show(app, app.keyDesk.find(askerOf(request), request.params.id)),
  );
}

async function show(app: FastifyInstance, key: StoredKey): Promise<KeyView> {
  const used = await app.keyBook.usedAt();
  return viewOf(key, used.get(key.id), Date.now());
}

function secretRoutes(app: FastifyInstance): void {
  app.post<{ Body: KeyCreate }>(
    "/api/v1/keys",
    options("POST /api/v1/keys", "Make a key; its secret is in this answer only", {
      body: KeyCreate,
      response: answers(201, KeyWithSecret, NOT_YOURS),
    }),
    async (request, reply) => {
      const { key, secret } = await app.keyDesk.create(askerOf(request), request.body);
      reply.header("location", `/api/v1/keys/${key.id}`).header("cache-control", "no-store");
      return reply.code(201).send({ ...viewOf(key, undefined, Date.now()), secret });
    },
  );

  app.post<{ Params: Path; Body: KeyRotate }>(
    "/api/v1/keys/:id/rotate",
    {
      // nothing sent means nothing wished
      preValidation: nothingIsEmpty,
      ...options(
        "POST /api/v1/keys/:id/rotate",
        "A new secret; the one before lives on for 24 h or as long as you say",
        {
          params: KeyPath,
          body: KeyRotate,
          response: answers(200, KeyWithSecret, {
            ...GONE,
            ...NOT_YOURS,
            409: "revoked, or two secrets are alive already",
          }),
        },
      ),
    },
    async (request, reply) => {
      const { id } = request.params;
      const asker = askerOf(request);
      const { key, secret } = await app.keyDesk.rotate(asker, id, request.body.oldForMs);
      reply.header("cache-control", "no-store");
      return { ...(await show(app, key)), secret };
    },
  );
}

function changeRoutes(app: FastifyInstance): void {
  app.patch<{ Params: Path; Body: KeyPatch }>(
    "/api/v1/keys/:id",
    options("PATCH /api/v1/keys/:id", "Another name, note, reach or expiry", {
      params: KeyPath,
      body: KeyPatch,
      response: answers(200, KeyView, { ...GONE, ...NOT_YOURS, 409: "revoked" }),
    }),
    async (request) =>
      show(app, await app.keyDesk.patch(askerOf(request), request.params.id, request.body)),
  );

  app.delete<{ Params: Path }>(
    "/api/v1/keys/:id",
    options("DELETE /api/v1/keys/:id", "Revoke: within 5 s it opens nothing anywhere", {
      params: KeyPath,
      response: answers(204, Type.Null({ description: "revoked" }), GONE),
    }),
    async (request, reply) => {
      await app.keyDesk.revoke(askerOf(request), request.params.id);
      return reply.code(204).send();
    },
  );
}

export function keyRoutes(app: FastifyInstance): void {
  readRoutes(app);
  secretRoutes(app);
  changeRoutes(app);
}
