/** When the shift that runs now ends, or the next one when nobody works: by the site's rules, read when somebody first asks. */
import type { Site } from "../../domain/site.ts";
import { http } from "../realtime/http.ts";
import { useSession } from "../stores/session.ts";

/** Where nobody ever wrote shifts down. */
const HALF_DAY_MS = 43_200_000;

export function useShiftEnd() {
  const session = useSession();
  return async (now: number): Promise<number> => {
    const query = `site=${encodeURIComponent(session.siteId)}`;
    const [{ shiftAt }, { sites }] = await Promise.all([
      import("../../domain/shifts.ts"),
      http<{ sites: Site[] }>("GET", `/api/v1/config/sites?${query}`),
    ]);
    const site = sites.find(({ id }) => id === session.siteId);
    return (site && shiftAt(site, now)?.to) ?? now + HALF_DAY_MS;
  };
}
