/** One delivery, from its bytes to its answer: who signed it, what it says, what became of it. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { countOf } from "../../domain/counted.ts";
import {
  CONNECTOR_KINDS,
  type ConnectorKind,
  type DeliveryOutcome,
  type HookAnswer,
} from "../../domain/contract/connectors.ts";
import { HOOKS } from "../connectors/hooks.ts";
import type { Delivery } from "../connectors/translation.ts";
import { isProblem, problem, throwIf } from "../problem.ts";
import type { OpenSecret } from "../webhooks/seal.ts";
import { candidatesOf, findSigned, type Asked, type SignedBy } from "./door.ts";
import type { HookStore } from "./store.ts";
import { take, type Taken } from "./take.ts";

export type HookDeps = { app: FastifyInstance; store: HookStore; open: OpenSecret };
type Told = { outcome: DeliveryOutcome; words: string };

function kindOf(name: string): ConnectorKind {
  const kind = CONNECTOR_KINDS.find((one) => one === name);
  if (kind === undefined)
    throw problem("CT_ERR_NOT_FOUND", `There are connectors for ${CONNECTOR_KINDS.join(", ")}.`);
  return kind;
}

function toldOf({ accepted, duplicates, ignored, waiting }: Taken): Told {
  if (ignored !== undefined) return { outcome: "ignored", words: ignored };
  if (waiting !== undefined) return { outcome: "waiting", words: waiting };
  const known = duplicates === 0 ? "" : `, ${duplicates} known already`;
  const words = `${countOf(accepted, "event")}${known}`;
  return { outcome: accepted > 0 ? "accepted" : "duplicate", words };
}

/** The first fault with its place, as it is shown to who set the connector up. */
const refusalIn = (error: Error & { extra: { errors?: { path: string; message: string }[] } }) => {
  const [first] = error.extra.errors ?? [];
  return first === undefined ? error.message : `${first.path} ${first.message}`;
};

/** What became of it is told to people; it never changes the answer. */
async function note(
  { app, store }: HookDeps,
  { site, connector }: SignedBy,
  topic: string,
  { outcome, words }: Told,
): Promise<void> {
  const last = { at: app.now(), outcome, topic: topic.slice(0, 128), words: words.slice(0, 512) };
  await store.note(site, connector.id, last).catch(() => undefined);
}

async function takeSigned(deps: HookDeps, by: SignedBy, request: FastifyRequest, body: Uint8Array) {
  const { app, store } = deps;
  const { site, connector } = by;
  const policy = app.sites.get(site);
  const hook = HOOKS[connector.kind];
  if (policy === undefined) throw problem("CT_ERR_NOT_FOUND", "It is gone.");
  const { headers } = request;
  const delivery: Delivery = { connector, site: policy.site, headers, body, now: app.now() };
  let topic = "";
  try {
    topic = hook.topic(delivery);
    const taken = await take({ app, store, site, connector }, hook.translate(delivery));
    await note(deps, by, topic, toldOf(taken));
    return taken;
  } catch (error) {
    if (isProblem(error) && error.statusCode < 500)
      await note(deps, by, topic, { outcome: "refused", words: refusalIn(error) });
    throw error;
  }
}

const isForm = ({ headers }: FastifyRequest): boolean =>
  (headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");

/** WooCommerce asks once, without a signature and with a form, whether somebody is there, and does not switch the webhook on unless it is answered 200. It says nothing else. */
const isPing = (name: string, request: FastifyRequest): boolean =>
  name === "woocommerce" &&
  request.headers["x-wc-webhook-signature"] === undefined &&
  isForm(request);

/** What it is for by the name in its address. A form is nothing but that question: pages of others can send one. */
export function addressedTo(name: string, request: FastifyRequest): ConnectorKind {
  if (isForm(request) && !isPing(name, request))
    throw problem("CT_ERR_UNSUPPORTED_MEDIA_TYPE", "Send application/json.");
  return kindOf(name);
}

export type Deliver = (
  asked: Asked,
  request: FastifyRequest,
  body: Uint8Array,
) => Promise<HookAnswer>;

/** @throws problem: 404 nobody is there, 401 nobody signed it, 422 it cannot be understood, 429, 503 */
export const createDeliver =
  (deps: HookDeps): Deliver =>
  async (asked, request, body) => {
    const { app, store, open } = deps;
    const candidates = candidatesOf(
      await store.all(),
      asked,
      (site) => app.sites.get(site) !== undefined,
    );
    if (candidates.length > 0 && isPing(asked.kind, request)) {
      throwIf(app.rates.takeAddress(request.ip));
      return { accepted: 0, duplicates: 0, ignored: "a ping" };
    }
    const signed = { headers: request.headers, body, now: app.now() };
    const [only, other] = candidates;
    const by = await findSigned(app, open, candidates, asked.kind, signed, request.ip).catch(
      async (error: unknown) => {
        const isWrong = isProblem(error) && error.code === "CT_ERR_UNAUTHENTICATED";
        if (isWrong && only !== undefined && other === undefined)
          await note(deps, only, "", { outcome: "unsigned", words: "the signature does not fit" });
        throw error;
      },
    );
    const name = `connector ${by.site} ${by.connector.id}`;
    const sites = new Set([by.site]);
    throwIf(app.rates.takeFor({ kind: "machine", name, permissions: new Set(), sites }));
    return takeSigned(deps, by, request, body);
  };
