/** A server with connectors set up, and deliveries to it as their senders sign them. */
import type { ConnectorKind, HookAnswer } from "../../../domain/contract/connectors.ts";
import type { OrderEvent } from "../../../domain/event.ts";
import type { ItemError } from "../../../domain/contract/ingest.ts";
import { signed } from "../../support/signed.ts";
import { BEARER, fakeTower, type FakeTower } from "../fake-app.ts";

export const SECRET = "the-secret-of-the-shop";
export const STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
export const NOW = Date.parse("2026-02-11T09:00:00Z");

type Answer = HookAnswer & { code?: string; detail?: string; errors?: ItemError[] };
export type Sent = { status: number; body: Answer; headers: Record<string, unknown> };

export async function shopStand(connectors: object[], site = "BER1") {
  const tower: FakeTower = await fakeTower({ CT_RATE_ADDRESSES: "0" }, false, (app) => {
    app.now = () => NOW;
  });
  const put = (payload: object, query = `site=${site}`) =>
    tower.app.inject({
      method: "PUT",
      url: `/api/v1/config/connectors?${query}`,
      headers: BEARER,
      payload,
    });
  const made = await put({ connectors });
  if (made.statusCode !== 200) throw new Error(made.body);

  async function post(
    url: string,
    headers: Record<string, string>,
    payload: Buffer,
  ): Promise<Sent> {
    const answer = await tower.app.inject({ method: "POST", url, headers, payload });
    return { status: answer.statusCode, body: answer.json<Answer>(), headers: answer.headers };
  }
  return {
    tower,
    /** as if nothing had ever come, with the connectors of the beginning */
    async renew() {
      tower.hooks.forget();
      tower.taken.length = 0;
      tower.door.clear();
      await put({ connectors });
    },
    put,
    post,
    read: async () =>
      (
        await tower.app.inject({
          url: `/api/v1/config/connectors?site=${site}`,
          headers: BEARER,
        })
      ).json(),
    send(kind: ConnectorKind, content: object | string, more: Record<string, string> = {}) {
      const secret = kind === "standard" ? STANDARD_SECRET : SECRET;
      const { headers, body } = signed(kind, secret, content, NOW);
      return post(`/hooks/${kind}`, { ...headers, ...more }, body);
    },
    shopify(topic: string, content: object | string, more: Record<string, string> = {}) {
      const { headers, body } = signed("shopify", SECRET, content, NOW);
      return post("/hooks/shopify", { ...headers, "x-shopify-topic": topic, ...more }, body);
    },
    /** what was kept since the last call, in the order it came */
    taken(): (OrderEvent & { orderId: string })[] {
      return tower.taken.splice(0).map(({ event }) => event as OrderEvent & { orderId: string });
    },
  };
}
export type ShopStand = Awaited<ReturnType<typeof shopStand>>;

export const shapes = (events: readonly OrderEvent[]): string[] =>
  events.map(
    ({ type, occurredAt }) => `${type} ${new Date(occurredAt).toISOString().slice(11, 16)}`,
  );
