/**
 * What on a wall is an alarm, and which slide it brings forward: a task that is now or never and that nobody has, a truck that loses an order, new damage. Pure, and
 * without schemas.
 */
import type { WallSample } from "../contract/walls.ts";
import type { SlideKind } from "./slides.ts";

export type WallAlarm = {
  /** the same as long as it is the same alarm */
  id: string;
  kind: SlideKind;
  severity: 1 | 2 | 3 | 4;
  /** rings, where the display may: critical, and nobody has it */
  rings: boolean;
};

export function alarmsOf({ tasks, trucks, quality }: WallSample): WallAlarm[] {
  const open = tasks.filter(({ state, severity }) => state === "open" && severity === 1);
  const losing = trucks.filter(({ lost, hasLeft }) => lost > 0 && !hasLeft);
  return [
    ...open.map(({ id }) => ({
      id: `task ${id}`,
      kind: "urgent" as const,
      severity: 1 as const,
      rings: true,
    })),
    ...losing.map(({ id, lost }) => ({
      id: `lost ${id} ${lost}`,
      kind: "trucks" as const,
      severity: 2 as const,
      rings: false,
    })),
    ...(quality.damaged > 0
      ? [
          {
            id: `damaged ${quality.damaged}`,
            kind: "quality" as const,
            severity: 3 as const,
            rings: false,
          },
        ]
      : []),
  ];
}

/** Those that were not there before; `known` is what was there. */
export const freshAlarms = (
  alarms: readonly WallAlarm[],
  known: ReadonlySet<string>,
): WallAlarm[] => alarms.filter(({ id }) => !known.has(id)).sort((a, b) => a.severity - b.severity);
