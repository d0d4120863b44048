/** Fastify plugins that share one scope: what they decorate, every route sees. */
import type { FastifyInstance } from "fastify";

type Setup = (app: FastifyInstance) => void | Promise<void>;
type Plugin = (app: FastifyInstance) => Promise<void>;

/** Names a plugin and what must be registered before it; Fastify refuses to start when that is missing. */
export function plugin(name: string, dependencies: string[], setup: Setup): Plugin {
  return Object.assign(async (app: FastifyInstance) => setup(app), {
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: name,
    [Symbol.for("plugin-meta")]: { name, dependencies },
  });
}
