/** Standard Webhooks: the body is one of our own events or an array of them. What an event leaves out, the delivery says: its id is the `webhook-id`, its source the connector's. */
import { readNative } from "./native.ts";
import { isFields } from "./posted.ts";
import { header, type Connector, type Delivery } from "./translation.ts";

const topicOf = (item: unknown): string =>
  isFields(item) && typeof item["type"] === "string" ? item["type"].slice(0, 64) : "events";

function completed(delivery: Delivery, item: unknown, place: number, of: number): unknown {
  if (!isFields(item)) return item;
  const id = header(delivery, "webhook-id");
  return { id: of === 1 ? id : `${id}/${place}`, source: delivery.connector.source, ...item };
}

export const standard: Connector = {
  topic({ body }) {
    const { items } = readNative(body);
    return items.length === 1 ? topicOf(items[0]) : `${items.length} events`;
  },
  translate(delivery) {
    const { items } = readNative(delivery.body);
    const { sources } = delivery.connector.options;
    return {
      is: "posted",
      posted: { items: items.map((item, at) => completed(delivery, item, at, items.length)) },
      sources: sources && [delivery.connector.source, ...sources],
    };
  },
};
