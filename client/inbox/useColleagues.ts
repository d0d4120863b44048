/** Who answers incidents at the site that is looked at: read once a site, for whoever may see people. Empty while it is not known. */
import { shallowRef, watch } from "vue";
import type { Colleagues } from "../../domain/contract/people.ts";
import { http } from "../realtime/http.ts";
import { useSession } from "../stores/session.ts";

export type Colleague = Colleagues["items"][number];

/** Names of those who may own an incident, oneself first. */
export const owners = (all: readonly Colleague[], me: string | undefined): string[] => [
  ...new Set(
    [me ?? "", ...all.flatMap(({ name, mayOwn }) => (mayOwn ? name : []))].filter(Boolean),
  ),
];

export function useColleagues() {
  const session = useSession();
  const colleagues = shallowRef<readonly Colleague[]>([]);

  async function read(site: string): Promise<void> {
    const query = `site=${encodeURIComponent(site)}`;
    const { items } = await http<Colleagues>("GET", `/api/v1/people?${query}`);
    if (session.siteId === site) colleagues.value = items;
  }

  watch(
    () => session.siteId,
    (site) => {
      colleagues.value = [];
      // without the list names are typed, and the server says who is nobody here
      if (site !== "" && session.may("people:read")) read(site).catch(() => undefined);
    },
    { immediate: true },
  );
  return colleagues;
}
