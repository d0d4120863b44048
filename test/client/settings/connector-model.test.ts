import { expect, test } from "vitest";
import type { ConnectorView } from "../../../domain/contract/connectors.ts";
import {
  actionsForConnector,
  connectorFieldOf,
  countWords,
  draftOf,
  isInTrouble,
  tableMistake,
  tableOf,
  tableText,
  wishOf,
  withConnector,
} from "../../../client/settings/connector-model.ts";

const secret = (id: string) => ({ id, createdAt: "2026-02-11T09:00:00Z", endsAt: null });
const shop = (more: Partial<ConnectorView> = {}): ConnectorView => ({
  id: "shop",
  kind: "shopify",
  enabled: true,
  source: "shopify/shop",
  path: "/hooks/shopify?site=BER1&id=shop",
  options: {},
  secrets: [secret("a")],
  activity: null,
  ...more,
});
const activity = { at: "2026-02-11T09:00:00Z", topic: "orders/create", words: "x", counts: {} };

test("what can be done hangs on whether it is on and how many secrets it has", () => {
  expect(actionsForConnector(shop())).toEqual(["copy", "change", "rotate", "off", "delete"]);
  const other = shop({ enabled: false, secrets: [secret("a"), secret("b")] });
  expect(actionsForConnector(other)).toEqual(["copy", "change", "rotate", "end", "on", "delete"]);
});

test("deliveries are counted in words, and what needs somebody is marked", () => {
  const counts = { accepted: 12, ignored: 3 };
  expect(countWords({ activity: { ...activity, outcome: "accepted", counts } })).toBe(
    "12 taken, 3 nothing for us",
  );
  expect(countWords({ activity: null })).toBe("");
  expect(isInTrouble(shop({ activity: { ...activity, outcome: "unsigned" } }))).toBe(true);
  expect(isInTrouble(shop({ activity: { ...activity, outcome: "waiting" } }))).toBe(false);
});

test("a table of names is a line each, both ways", () => {
  const table = { "Express DHL": "express", "a=b": "standard" };
  expect(tableOf(tableText(table))).toEqual(table);
  expect(tableOf(" \n")).toBeUndefined();
  expect(tableOf("Express")).toEqual({ Express: "" });
});

test("only what its kind has and what does not hold anyway is sent", () => {
  const draft = {
    ...draftOf(null),
    id: " shop ",
    secret: "12345678",
    wooCompleted: "delivered" as const,
  };
  expect(wishOf(draft, null)).toEqual({
    id: "shop",
    kind: "shopify",
    secret: "12345678",
    options: {},
  });
  const filled = { ...draft, kind: "standard" as const, sources: "wms/\n\n", services: "x = y" };
  expect(wishOf(filled, null).options).toEqual({ sources: ["wms/"] });
  const known = shop({
    options: { services: { Express: "express" }, fulfilled: "label" },
    name: "Berlin",
  });
  expect(wishOf(draftOf(known), known)).toEqual({
    id: "shop",
    kind: "shopify",
    name: "Berlin",
    enabled: true,
    source: "shopify/shop",
    options: known.options,
  });
});

test("one is changed, added or taken away, and the others stay as they are", () => {
  const all = [shop(), shop({ id: "other" })];
  const wish = { id: "shop", kind: "shopify" as const };
  expect(withConnector(all, "shop", wish)).toEqual([wish, all[1]]);
  expect(withConnector(all, "new", { ...wish, id: "new" })).toEqual([
    ...all,
    { ...wish, id: "new" },
  ]);
  expect(withConnector(all, "shop", null)).toEqual([all[1]]);
});

test("what cannot stand is named as the form names it", () => {
  expect(connectorFieldOf("/connectors/2/options/services/Express~1Air")).toBe(
    "Shipping method “Express/Air”",
  );
  expect(connectorFieldOf("/connectors/0/options/carrier")).toBe("Carrier of all others");
  expect(connectorFieldOf("/connectors/0/secret")).toBe("Secret");
  expect(connectorFieldOf("/ifVersion")).toBeNull();
});

test.each([
  ["", ""],
  ["Express = express\n\nSlow = standard", ""],
  ["Express = express\nSlow", "“Slow” is half a line"],
  ["Slow =", "“Slow” is half a line"],
  ["= express", "“= express” is half a line"],
])("a table of theirs and ours: %j", (text, said) => {
  const mistake = tableMistake(text, "service level of ours");
  expect(mistake.startsWith(said) && (said === "") === (mistake === "")).toBe(true);
});
