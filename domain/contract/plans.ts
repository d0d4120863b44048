/** Shift plans over HTTP: who is planned where and when. A week that repeats, in the site's local time. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../names-and-times.ts";
import { PROCESSES } from "../forecast/plan.ts";
import { IF_VERSION } from "./sites.ts";

const closed = { additionalProperties: false };
const days = Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
  minItems: 1,
  maxItems: 7,
  uniqueItems: true,
  description: "ISO weekdays, 1 = Monday",
});
const wallTime = (description: string) =>
  Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$", description });
const span = {
  days,
  from: wallTime("local to the site"),
  to: wallTime("at or before `from`: ends on the next day"),
};

export const PlanBody = Type.Object(
  {
    heads: Type.Array(
      Type.Object(
        {
          process: Type.Enum([...PROCESSES]),
          zone: Type.Optional(Type.String({ minLength: 1, maxLength: 32, pattern: "^[^:]+$" })),
          ...span,
          heads: Type.Number({ minimum: 0, maximum: 1_000, description: "people" }),
        },
        closed,
      ),
      { maxItems: 500, description: "spans that overlap add up; none: rates are learned" },
    ),
    breaks: Type.Optional(
      Type.Array(
        Type.Object(
          {
            ...span,
            share: Type.Number({
              minimum: 0,
              maximum: 1,
              description: "part of the people who go on working",
            }),
          },
          closed,
        ),
        { maxItems: 100 },
      ),
    ),
  },
  closed,
);
export type PlanBody = Static<typeof PlanBody>;

/** What GET answers, changed. What only GET tells may come along and is not read. */
export const PlanChange = Type.Object(
  {
    ...IF_VERSION,
    site: Type.Optional(Type.String()),
    plan: PlanBody,
    history: Type.Optional(Type.Unknown()),
    processes: Type.Optional(Type.Unknown()),
    zones: Type.Optional(Type.Unknown()),
    warnings: Type.Optional(Type.Unknown()),
    changes: Type.Optional(Type.Unknown()),
  },
  closed,
);
export type PlanChange = Static<typeof PlanChange>;

export const PlanView = Type.Object(
  {
    site: Type.String(),
    /** 0: nobody entered one yet */
    version: Type.Integer(),
    plan: PlanBody,
    /** the last changes, the newest first; names only for those who may see people */
    history: Type.Array(
      Type.Object({
        version: Type.Integer(),
        by: Type.Optional(Type.String()),
        at: WireInstant,
      }),
    ),
    /** what people can be planned for here */
    processes: Type.Array(Type.Enum([...PROCESSES])),
    /** in which orders that are open now are picked */
    zones: Type.Array(Type.String()),
    /** what the plan does not do, though it looks as if; in sentences */
    warnings: Type.Array(Type.String()),
    /** after a change, or what would change; in sentences */
    changes: Type.Array(Type.String()),
  },
  { title: "ShiftPlan" },
);
export type PlanView = Static<typeof PlanView>;
