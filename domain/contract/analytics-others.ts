/** Analytics that are no metrics over a split: what stood in the house, marketplace budgets, how good the alarms were. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../names-and-times.ts";
import { AnalyticsFigure, CopyState } from "./analytics.ts";

const orNull = (schema: ReturnType<typeof Type.Number>) => Type.Union([schema, Type.Null()]);
const history = Type.Optional(CopyState);
const SPAN = { from: WireInstant, to: WireInstant };

export const BacklogTruck = Type.Object({
  truck: Type.String(),
  at: WireInstant,
  due: Type.Integer({ description: "orders due on it" }),
  made: Type.Integer({ description: "gone by its departure" }),
  steps: Type.Array(
    Type.Object({
      at: WireInstant,
      left: Type.Integer({ description: "in, and not gone" }),
      unready: Type.Integer({ description: "of them not on the dock yet" }),
    }),
  ),
});
export type BacklogTruck = Static<typeof BacklogTruck>;

export const Backlog = Type.Object(
  {
    site: Type.String(),
    name: Type.Literal("backlog"),
    by: Type.Literal("hour"),
    zone: Type.String(),
    ...SPAN,
    items: Type.Array(
      Type.Object({
        key: Type.String(),
        at: WireInstant,
        inside: Type.Integer({ description: "received and not handed over" }),
        held: Type.Integer({ description: "of them on hold" }),
      }),
    ),
    trucks: Type.Array(BacklogTruck),
    next: Type.Null(),
    history,
  },
  { title: "Backlog" },
);
export type Backlog = Static<typeof Backlog>;

export const BudgetView = Type.Object({
  channel: Type.String(),
  measure: Type.Enum(["lateShipment", "lateDelivery", "sellerCancel", "invalidTracking"]),
  days: Type.Integer(),
  most: Type.Number({ description: "the rate must stay below it, or at it" }),
  rate: AnalyticsFigure,
  ahead: Type.Integer({ description: "still to be judged in the window" }),
  left: Type.Integer({ description: "so many more may fail; negative: so many too many" }),
  state: Type.Enum(["within", "close", "broken"]),
  words: Type.String(),
  ...SPAN,
  /** of the window */
  end: WireInstant,
  orders: Type.String(),
});
export type BudgetView = Static<typeof BudgetView>;

export const Budgets = Type.Object(
  {
    site: Type.String(),
    name: Type.Literal("budgets"),
    items: Type.Array(BudgetView),
    next: Type.Null(),
    history,
  },
  { title: "Budgets" },
);
export type Budgets = Static<typeof Budgets>;

const Report = Type.Object(
  {
    orders: Type.Integer(),
    missed: Type.Integer(),
    alarms: Type.Object(
      { right: Type.Integer(), wrong: Type.Integer(), silent: Type.Integer() },
      { additionalProperties: true },
    ),
    leadMinutes: orNull(Type.Number({ description: "median class of the alarms that were right" })),
  },
  { additionalProperties: true },
);
const ALARM_FIGURES = {
  raised: Type.Integer(),
  precision: AnalyticsFigure,
  recall: AnalyticsFigure,
  report: Report,
};
export const AlarmFigures = Type.Object(ALARM_FIGURES);
export type AlarmFigures = Static<typeof AlarmFigures>;

export const Alarms = Type.Object(
  {
    site: Type.String(),
    name: Type.Literal("alarms"),
    zone: Type.String(),
    ...SPAN,
    before: Type.Object(SPAN),
    items: Type.Array(
      Type.Object({
        rule: Type.String(),
        name: Type.String(),
        ...ALARM_FIGURES,
        before: AlarmFigures,
        days: Type.Array(Type.Object({ day: Type.String(), ...ALARM_FIGURES })),
      }),
    ),
    next: Type.Null(),
    history,
  },
  { title: "Alarms" },
);
export type Alarms = Static<typeof Alarms>;
