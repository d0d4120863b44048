/** The dashboard's built files. Every other path that is no interface gets its one page, so that addresses inside it can be opened. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply } from "fastify";
import { buildIdOf } from "../../domain/walls/short-hash.ts";
import { plugin } from "../plugin.ts";

const BUILT = fileURLToPath(new URL("../../dist/client/", import.meta.url));
const INTERFACE = /^\/(api|socket\.io|hooks|epcis|livez|readyz|metrics)(\/|$)/;
/** the build names these by their content */
const NAMED_BY_CONTENT = "assets/";

/** what hangs in halls is a page of its own */
const WALL = /^wall\/?$/;
const ASSET = /\/assets\/[\w.-]+/g;

/** What a page was built as, from the files it names; the page itself computes the same. */
function buildOf(root: string, page: string): string | undefined {
  if (!existsSync(`${root}${page}`)) return undefined;
  const names = readFileSync(`${root}${page}`, "utf8").match(ASSET) ?? [];
  return buildIdOf(names);
}

async function sendFile(reply: FastifyReply, path: string): Promise<FastifyReply> {
  if (path.startsWith(NAMED_BY_CONTENT))
    return reply.sendFile(path, { maxAge: "365d", immutable: true });
  return reply.sendFile(path, { cacheControl: false });
}

function routes(app: FastifyInstance, root: string): void {
  app.get<{ Params: { "*": string } }>(
    "/*",
    { config: { isClientFile: true, isPage: true }, schema: { hide: true } },
    async (request, reply) => {
      const path = request.params["*"];
      if (INTERFACE.test(`/${path}`)) return reply.callNotFound();
      const isFile = path !== "" && existsSync(`${root}${path}`) && /\.[a-z0-9]+$/i.test(path);
      if (!isFile && path.startsWith(NAMED_BY_CONTENT)) return reply.callNotFound();
      reply.header("cache-control", isFile ? "public, max-age=3600" : "no-cache");
      if (WALL.test(path)) return sendFile(reply, "wall.html");
      return sendFile(reply, isFile ? path : "index.html");
    },
  );
}

export const staticPlugin = plugin("static", ["errors"], async (app) => {
  app.decorate("builds", {
    wall: buildOf(BUILT, "wall.html"),
    desk: buildOf(BUILT, "index.html"),
  });
  if (!existsSync(`${BUILT}index.html`)) {
    app.log.warn("the dashboard is not built: `npm run build`");
    return;
  }
  await app.register(fastifyStatic, { root: BUILT, serve: false, preCompressed: true });
  routes(app, BUILT);
});

declare module "fastify" {
  interface FastifyInstance {
    /** what the pages that are served now were built as; undefined without a build */
    builds: { wall: string | undefined; desk: string | undefined };
  }
}
