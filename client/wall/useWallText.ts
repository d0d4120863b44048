/** Words, numbers and times of this wall: in its language, in the time of its site. */
import { computed } from "vue";
import { useI18n } from "vue-i18n";
import { useConnection } from "../stores/connection.ts";
import { useWall } from "../stores/wall.ts";
import { age, duration } from "../ui/format.ts";

export function useWallText() {
  const { t, locale } = useI18n();
  const wall = useWall();
  const connection = useConnection();
  const timeZone = computed(() => wall.layout?.timeZone ?? "UTC");
  const counts = computed(() => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 0 }));
  const clocks = computed(
    () =>
      new Intl.DateTimeFormat("en-GB", {
        timeZone: timeZone.value,
        hour: "2-digit",
        minute: "2-digit",
        hourCycle: "h23",
      }),
  );
  const days = computed(
    () =>
      new Intl.DateTimeFormat(locale.value, { day: "numeric", month: "short", timeZone: "UTC" }),
  );
  return {
    t,
    now: computed(() => connection.second),
    count: (value: number): string => counts.value.format(value),
    clock: (at: number): string => clocks.value.format(at),
    day: (date: string): string => days.value.format(Date.parse(`${date}T00:00:00Z`)),
    percent: (part: number, of: number): string => `${Math.floor((part / of) * 1_000) / 10}%`,
    /** whole minutes: nobody reads seconds across a hall */
    left: (at: number): string => {
      const ms = at - connection.second;
      return Math.abs(ms) < 60_000
        ? `${ms < 0 ? "−" : ""}${Math.abs(Math.trunc(ms / 1_000))} s`
        : duration(ms);
    },
    age,
    duration,
  };
}

export type WallText = ReturnType<typeof useWallText>;
