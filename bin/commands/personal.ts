/** `ct erase` and `ct export-person`: what a person whose order this is may ask of the operator. */
import { defineCommand } from "citty";
import { ordersIn } from "../../domain/counted.ts";
import { UsageError } from "../adapters/feed.ts";
import { connectionArgs, connectionOf, getJson, sendJson } from "./connection.ts";

const whoseArgs = {
  ...connectionArgs,
  order: { type: "string", description: "one order, by its id", valueHint: "SO-100045" },
  customer: {
    type: "string",
    description: "the customer's order number, or a name, an e-mail, any personal value, exactly",
    valueHint: "erika@example.com",
  },
  site: { type: "string", description: "one site; default: all of the key", valueHint: "BER1" },
} as const;
export const exportPersonArgs = whoseArgs;
export const eraseArgs = {
  ...whoseArgs,
  yes: { type: "boolean", description: "do it; without it only what would be erased is listed" },
} as const;

type Args = {
  order?: string | undefined;
  customer?: string | undefined;
  site?: string | undefined;
  url?: string | undefined;
  key?: string | undefined;
};
type Kept = { site: string; id: string; customerOrder: string | null; erasedAt: string | null };
type Found = { items: Kept[] };

/** Each is asked for by itself: a customer's number and a personal value are looked up differently. */
function questionsOf({ order, customer, site }: Args): Record<string, string>[] {
  const at = site === undefined ? {} : { site };
  if ((order === undefined) === (customer === undefined))
    throw new UsageError("say whose: --order <id> or --customer <number, name or e-mail>");
  if (order !== undefined) return [{ orderId: order, ...at }];
  return [
    { customerOrder: customer ?? "", ...at },
    { customer: customer ?? "", ...at },
  ];
}

async function find(args: Args): Promise<Kept[]> {
  const questions = questionsOf(args);
  const connection = await connectionOf(args);
  const found = new Map<string, Kept>();
  for (const question of questions) {
    const path = `/api/v1/personal/export?${new URLSearchParams(question).toString()}`;
    const { items } = await getJson<Found>(connection, path);
    for (const one of items) found.set(`${one.site} ${one.id}`, one);
  }
  return [...found.values()];
}

export const exportPersonCommand = defineCommand({
  meta: { name: "export-person", description: "Everything that is kept of a person, as JSON" },
  args: exportPersonArgs,
  async run({ args }) {
    console.log(JSON.stringify({ orders: await find(args) }, null, 2));
  },
});

const nameOf = ({ site, id, customerOrder }: Kept): string =>
  `${site} ${id}${customerOrder === null ? "" : ` (customer's order ${customerOrder})`}`;

export const eraseCommand = defineCommand({
  meta: {
    name: "erase",
    description: "Erase a person's names and addresses for good; the orders stay without them",
  },
  args: eraseArgs,
  async run({ args }) {
    const open = (await find(args)).filter(({ erasedAt }) => erasedAt === null);
    if (open.length === 0) return console.log("nothing is kept of them that was not erased");
    if (args.yes !== true) {
      console.log(open.map(nameOf).join("\n"));
      throw new UsageError(
        `would erase the personal fields of ${ordersIn(open.length)}: --yes does`,
      );
    }
    const connection = await connectionOf(args);
    for (const { site, id } of open)
      await sendJson(connection, "POST", "/api/v1/personal/erase", { orderId: id, site });
    console.log(`erased for good: the personal fields of ${open.length} order(s)`);
  },
});
