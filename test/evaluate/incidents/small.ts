/** A small floor on which much goes wrong: a quarter of a small site, its disruptions four times as often. What a gate can run in seconds, and rules can be tried on. */
import type { Heads, Preset } from "../../../simulator/presets.ts";

const heads = (pick: number, pack: number): Heads => ({
  "pick-A": 2 * pick,
  "pick-B": pick,
  "pick-C": pick,
  pack,
  check: 1,
  dock: 1,
});

export function smallAndRough(preset: Preset): Preset {
  const [profile] = preset.profiles;
  const { disruptions } = preset;
  const isPeak = preset.name === "peak-week";
  return {
    ...preset,
    profiles: [
      {
        ...profile,
        volume: isPeak ? 1_100 : 700,
        early: isPeak ? heads(1.5, 5) : heads(1, 3),
        late: isPeak ? heads(1.5, 5) : heads(1, 3),
      },
    ],
    disruptions: {
      ...disruptions,
      conveyorMtbfHours: disruptions.conveyorMtbfHours / 4,
      zoneSlowPerDay: 4 * disruptions.zoneSlowPerDay,
      packShortPerDay: 4 * disruptions.packShortPerDay,
      carrierNoShow: 4 * disruptions.carrierNoShow,
      carrierLate: 4 * disruptions.carrierLate,
    },
  };
}
