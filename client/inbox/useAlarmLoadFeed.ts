/** For as long as the page lives: how many alarms reach whoever answers them, asked now and then. */
import { useIntervalFn } from "@vueuse/core";
import { watch } from "vue";
import type { AlarmLoad } from "../../domain/contract/alarms.ts";
import { http } from "../realtime/http.ts";
import { withInstants } from "../realtime/instants.ts";
import { useAlarmLoad } from "../stores/alarm-load.ts";
import { useSession } from "../stores/session.ts";

const EVERY_MS = 15_000;

export function useAlarmLoadFeed(): void {
  const session = useSession();
  const alarms = useAlarmLoad();
  const site = (): string =>
    session.state === "in" && session.may("incidents:act") ? session.siteId : "";

  async function read(): Promise<void> {
    const asked = site();
    if (asked === "") return;
    // without an answer nobody knows
    const found = await http("GET", `/api/v1/alarm-load?site=${encodeURIComponent(asked)}`).then(
      (answer) => withInstants(answer) as AlarmLoad,
      () => null,
    );
    if (site() === asked) alarms.load = found;
  }

  useIntervalFn(() => void read(), EVERY_MS);
  watch(
    site,
    () => {
      alarms.load = null;
      void read();
    },
    { immediate: true },
  );
}
