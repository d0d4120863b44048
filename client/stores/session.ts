/** Who is here and which site is looked at. The server decides what is allowed; this only hides what would be refused. */
import { useLocalStorage } from "@vueuse/core";
import { defineStore } from "pinia";
import { computed, ref, shallowRef } from "vue";
import type { SessionView } from "../../domain/contract/api.ts";
import type { Permission } from "../../domain/permissions.ts";
import { createSiteFormat } from "../ui/format.ts";

export type SessionState = "unknown" | "out" | "in";

export const useSession = defineStore("session", () => {
  const view = shallowRef<SessionView | null>(null);
  const state = ref<SessionState>("unknown");
  /** why a session that was there ended, for the login page */
  const ended = ref("");
  const lastSite = useLocalStorage("ct-site", "");
  const asked = ref("");

  const sites = computed(() => view.value?.sites ?? []);
  /** the asked-for site even when it is not ours: the page then says so instead of showing another one */
  const siteId = computed(() => {
    if (asked.value !== "") return asked.value;
    return (sites.value.find((site) => site.id === lastSite.value) ?? sites.value[0])?.id ?? "";
  });
  const site = computed(() => sites.value.find((one) => one.id === siteId.value) ?? null);
  /** formats in the time of the chosen site */
  const format = computed(() => createSiteFormat(site.value?.timeZone ?? "UTC"));

  function enter(session: SessionView): void {
    view.value = session;
    state.value = "in";
    ended.value = "";
  }

  function leave(reason = ""): void {
    view.value = null;
    state.value = "out";
    ended.value = reason;
  }

  /** From the address or the site menu; empty means: the one looked at last. */
  function chooseSite(id: string): void {
    asked.value = id;
    if (sites.value.some((one) => one.id === id)) lastSite.value = id;
  }

  const may = (permission: Permission): boolean =>
    view.value?.permissions.includes(permission) ?? false;

  return { view, state, ended, sites, siteId, site, format, enter, leave, chooseSite, may };
});
