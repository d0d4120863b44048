/** What all shops tell of an order, in our words. Of a person only what a label needs: name, street, place. */
import { type Fields, firstOf } from "./fields.ts";
import { serviceOf, type Delivery } from "./translation.ts";

export type ShopLine = {
  id: string;
  sku: string;
  name?: string | undefined;
  quantity: number;
  unitPrice?: number | undefined;
  weightG?: number | undefined;
};
type Address = {
  name?: string | undefined;
  street?: string | undefined;
  city?: string | undefined;
  region?: string | undefined;
  postalCode?: string | undefined;
  country?: string | undefined;
};
export type ShopFacts = {
  customerOrder: string;
  placedAt: number;
  currency?: string | undefined;
  /** names of the shipping method, the most telling first */
  methods: string[];
  address: Address;
  /** null: one that is not shipped; its place is kept, so that the numbers of the others stay */
  lines: (ShopLine | null)[];
  /** a status that no table knows */
  shopStatus?: string | undefined;
};

const present = <T extends object>(fields: T): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Texts of a person's name or street in one, or undefined. */
export const joined = (separator: string, ...texts: (string | undefined)[]): string | undefined =>
  firstOf(texts.filter((text) => text !== undefined).join(separator) || undefined);

/** Amounts that an event may hold. */
const amount = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 || value > 1_000_000_000 ? undefined : value;

const orderedLine = (line: ShopLine, place: number): Record<string, unknown> =>
  present({
    line: place + 1,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    unitPrice: amount(line.unitPrice),
    weightG: amount(line.weightG),
  });

const CURRENCY = /^[A-Z]{3}$/;

/** `data` of an `order.received`. */
export function factsOf(delivery: Delivery, facts: ShopFacts): Record<string, unknown> {
  const { kind, options } = delivery.connector;
  const { customerOrder, placedAt, currency, address, methods, shopStatus } = facts;
  return present({
    customerOrder,
    channel: options.channel ?? kind,
    service: serviceOf(delivery, methods),
    placedAt: new Date(placedAt).toISOString(),
    currency: currency !== undefined && CURRENCY.test(currency) ? currency : undefined,
    shipTo: present(address),
    lines: facts.lines.flatMap((line, place) => (line === null ? [] : [orderedLine(line, place)])),
    shopStatus,
  });
}

/** A quantity that an event may hold. @throws problem with its place */
export function quantityOf(line: Fields, ...names: string[]): number {
  const found = names.map((name) => line.number(name)).find((value) => value !== undefined);
  return Math.min(1_000_000, Math.max(0, Math.round(found ?? 1)));
}
