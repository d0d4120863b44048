/** How customers were served: M7 to M11, M14, M15, M26, M27. */
import { define, ratio, rest, targets, verdict, type Definition } from "./definition.ts";

const BY_SHIP = "by ship-by: orders due in the window";
const BY_DELIVER = "by deliver-by: orders due in the window";
const SERVICE_RULES =
  "A customer's order counts as a whole: split ones pass only if every part does. Cancelled by the customer: not counted. Cancelled by the seller before ship-by: not counted here. Open and past its deadline: failed. Net deadlines: counted again from the release of holds that are not ours.";
const WHOLE_RULES =
  "A customer's order counts as a whole. Cancelled by the customer: not counted. Cancelled by the seller: failed, whenever. Open and past its deadline: failed.";

export const SERVICE: readonly Definition[] = [
  define(
    {
      id: "M7",
      key: "onTimeShip",
      name: "On-time ship",
      unit: "share",
      formula: "orders that left by their ship-by / orders due",
      window: BY_SHIP,
      rules: SERVICE_RULES,
      ...targets(0.99, 0.98, 0.96),
    },
    verdict("ots"),
  ),
  define(
    {
      id: "M7",
      key: "onTimeShipGross",
      name: "On-time ship, gross",
      unit: "share",
      formula: "the same by the promise as it was given, holds of the customer included",
      window: BY_SHIP,
      rules: SERVICE_RULES,
    },
    verdict("otsGross"),
  ),
  define(
    {
      id: "M7",
      key: "onTimeShipParts",
      name: "On-time ship, parts",
      unit: "share",
      formula: "parts of orders (each shipped by one site) that left in time / parts due",
      window: BY_SHIP,
      rules: SERVICE_RULES,
    },
    verdict("otsPart"),
  ),
  define(
    {
      id: "M8",
      key: "onTimeDelivery",
      name: "On-time delivery",
      unit: "share",
      formula: "orders that arrived by their deliver-by / orders due",
      window: BY_DELIVER,
      rules: SERVICE_RULES,
      ...targets(0.97, 0.95, 0.9),
    },
    verdict("otd"),
  ),
  define(
    {
      id: "M8",
      key: "onTimeDeliveryGross",
      name: "On-time delivery, gross",
      unit: "share",
      formula: "the same by the promise as it was given",
      window: BY_DELIVER,
      rules: SERVICE_RULES,
    },
    verdict("otdGross"),
  ),
  define(
    {
      id: "M9",
      key: "inFull",
      name: "In full",
      unit: "share",
      formula: "orders of which every unit arrived / orders due",
      window: BY_DELIVER,
      rules: `${WHOLE_RULES} Units net of what the customer took back, whatever their condition; more than ordered does not help.`,
      ...targets(0.99, 0.97, 0.95),
    },
    verdict("inFull"),
  ),
  define(
    {
      id: "M10",
      key: "otif",
      name: "On time in full",
      unit: "share",
      formula: "orders that arrived in time and complete / orders due",
      window: BY_DELIVER,
      rules: `${WHOLE_RULES} Judged order by order, never a product of rates.`,
      ...targets(0.95, 0.93, 0.9),
    },
    verdict("otif"),
  ),
  define(
    {
      id: "M10c",
      key: "otifUnits",
      name: "On time in full, units",
      unit: "share",
      formula: "units that arrived in time / units ordered",
      window: BY_DELIVER,
      rules: WHOLE_RULES,
    },
    verdict("otifUnits"),
  ),
  define(
    {
      id: "M11",
      key: "perfectOrder",
      name: "Perfect order",
      unit: "share",
      formula:
        "orders in time, complete, undamaged, with the right items and documents / orders due",
      window: BY_DELIVER,
      rules: `${WHOLE_RULES} An order that another was sent in place of is not perfect.`,
      ...targets(0.95, 0.93, 0.9),
    },
    verdict("perfect"),
  ),
  define(
    {
      id: "M11p",
      key: "perfectOrderIndex",
      name: "Perfect order index",
      unit: "share",
      formula: "on-time delivery x in full x damage-free x with documents, as a product of rates",
      window: BY_DELIVER,
      rules:
        "Only where the parts come from separate systems; the count above is the honest one, and has the orders: a product of rates is of none.",
    },
    (sums) => {
      const parts = [
        verdict("otd")(sums),
        verdict("inFull")(sums),
        rest("damaged.transit", "delivered")(sums),
        rest("documents.missing", "delivered")(sums),
      ].map(({ value }) => value);
      return {
        value: parts.every((part) => part !== null)
          ? parts.reduce((product, part) => product * part, 1)
          : null,
      };
    },
  ),
  define(
    {
      id: "M14",
      key: "cutOffAttainment",
      name: "Ready for the truck",
      unit: "share",
      formula:
        "orders on the dock before their truck's departure less the dock buffer / orders due on it",
      window: "by truck",
      rules:
        "Where nobody scans the dock, the last work on the order counts. Cancelled: not counted.",
    },
    verdict("truck"),
  ),
  define(
    {
      id: "M15",
      key: "fillOrders",
      name: "Shipped complete, orders",
      unit: "share",
      formula: "orders that left complete / orders that left",
      window: "by departure",
      rules: "What was reported missing when it left is missing.",
    },
    ratio("shipped.whole", "shipped"),
  ),
  define(
    {
      id: "M15",
      key: "fillLines",
      name: "Shipped complete, lines",
      unit: "share",
      formula: "lines that left complete / lines ordered",
      window: "by departure",
      rules: "",
    },
    ratio("shipped.linesWhole", "shipped.lines"),
  ),
  define(
    {
      id: "M15",
      key: "fillUnits",
      name: "Shipped complete, units",
      unit: "share",
      formula: "units that left / units ordered",
      window: "by departure",
      rules: "",
    },
    ratio("shipped.units", "shipped.unitsOrdered"),
  ),
  define(
    {
      id: "M26",
      key: "sellerCancelRate",
      name: "Cancelled by us",
      unit: "share",
      formula: "orders cancelled by the seller / orders received",
      window: "by receipt",
      rules:
        "Told by the event, else read from its reason, else from what stood open against the order.",
      better: "less",
      ...targets(0.01, 0.015, 0.02),
    },
    ratio("cancelled.seller", "received"),
  ),
  define(
    {
      id: "M26",
      key: "sellerCancelUnits",
      name: "Cancelled by us, units",
      unit: "share",
      formula: "units cancelled or short / units received",
      window: "by receipt",
      rules: "",
      better: "less",
    },
    ratio("cancelled.sellerUnits", "received.units"),
  ),
  define(
    {
      id: "M26",
      key: "customerCancelRate",
      name: "Cancelled by customers",
      unit: "share",
      formula: "orders cancelled by the customer / orders received",
      window: "by receipt",
      rules: "",
      better: "none",
    },
    ratio("cancelled.customer", "received"),
  ),
  define(
    {
      id: "M27",
      key: "validTracking",
      name: "Valid tracking",
      unit: "share",
      formula: "parcels that the carrier scanned / parcels that left",
      window: "by departure",
      rules: "",
      ...targets(0.99, 0.97, 0.95),
    },
    ratio("tracked.scanned", "tracked.shipped"),
  ),
];
