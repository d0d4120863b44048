/** Saved views: read when a site is looked at, saved, shared and deleted; and commands that open them from any screen. */
import { watch } from "vue";
import { useRouter } from "vue-router";
import type { SavedView, SavedViews, ViewBody } from "../../domain/contract/views.ts";
import { http, problemOf } from "../realtime/http.ts";
import { useSession } from "../stores/session.ts";
import { useToasts } from "../stores/toasts.ts";
import { useViews } from "../stores/views.ts";
import { useCommands } from "../ui/commands.ts";

const ID_MOST = 48;

/** "Hall A, today" as it stands in an address: `hall-a-today`. */
export function viewIdOf(name: string): string {
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const id = plain
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, ID_MOST)
    .replaceAll(/^-+|-+$/g, "");
  return id === "" ? "view" : id;
}

export const isSameName = (a: string, b: string): boolean =>
  a.trim().toLowerCase() === b.trim().toLowerCase();

/** The address of a new view: of two names that differ in signs alone, or in letters that no address has, each keeps its own. */
export function freeViewId(name: string, known: readonly Pick<SavedView, "id">[]): string {
  const id = viewIdOf(name);
  const taken = new Set(known.map((one) => one.id));
  for (let n = 1; ; n += 1) {
    const wanted = n === 1 ? id : `${id.slice(0, ID_MOST - String(n).length - 1)}-${n}`;
    if (!taken.has(wanted)) return wanted;
  }
}

const pathOf = (
  site: string,
  { id, isShared }: Pick<SavedView, "id" | "isShared">,
  part = "",
): string =>
  `/api/v1/${isShared ? "views" : "account/views"}/${id}${part}?site=${encodeURIComponent(site)}`;

export const viewAddress = (site: string, { id, query }: SavedView) => ({
  path: "/board",
  query: { site, ...Object.fromEntries(new URLSearchParams(query)), view: id },
});

async function read(site: string): Promise<void> {
  const views = useViews();
  const path = `/api/v1/account/views?site=${encodeURIComponent(site)}`;
  const { items } = await http<SavedViews>("GET", path);
  if (useSession().siteId === site) views.load(site, items);
}

/** Once a page: keeps the list of the chosen site, and offers its views to the palette. */
export function useViewsFeed(): void {
  const session = useSession();
  const views = useViews();
  const router = useRouter();
  watch(
    () => [session.siteId, session.may("account:own")] as const,
    ([site, mayOwn]) => {
      views.clear();
      // without them the board works all the same, and the next site asks again
      if (mayOwn && site !== "") read(site).catch(() => views.load(site, []));
    },
    { immediate: true },
  );
  useCommands(() =>
    views.all.map((view) => ({
      id: `view ${view.isShared ? "shared" : "own"} ${view.id}`,
      label: view.name,
      kind: view.isShared ? "Shared view" : "View",
      icon: "layout-grid",
      run: () => router.push(viewAddress(session.siteId, view)),
    })),
  );
}

export function useSavedViews() {
  const session = useSession();
  const toasts = useToasts();

  async function trying(work: () => Promise<unknown>, said: string, undo?: () => void) {
    try {
      await work();
      await read(session.siteId);
      toasts.done(said, undo);
      return true;
    } catch (error) {
      const { detail, title } = problemOf(error);
      toasts.failed(detail === "" ? title : detail);
      return false;
    }
  }

  const put = (view: Pick<SavedView, "id" | "isShared">, body: ViewBody) =>
    http("PUT", pathOf(session.siteId, view), { body });

  /** True when the server has it. */
  const save = (view: Pick<SavedView, "id" | "isShared">, body: ViewBody): Promise<boolean> =>
    trying(() => put(view, body), `${body.name}: saved${view.isShared ? " for everybody" : ""}`);

  const setDefault = (view: SavedView, isDefault: boolean) =>
    http(isDefault ? "PUT" : "DELETE", pathOf(session.siteId, view, "/default"));

  async function putBack(view: SavedView): Promise<void> {
    await put(view, { name: view.name, query: view.query });
    if (view.isDefault === true) await setDefault(view, true);
  }
  const restore = (view: SavedView) => void trying(() => putBack(view), `${view.name}: back again`);

  /** The board of the site opens with this shared view, or with it no more. */
  const openWith = (view: SavedView, isDefault: boolean): Promise<boolean> =>
    trying(
      () => setDefault(view, isDefault),
      `The board of ${session.siteId} opens with ${isDefault ? view.name : "all orders"}`,
    );

  const remove = (view: SavedView): Promise<boolean> =>
    trying(
      () => http("DELETE", pathOf(session.siteId, view)),
      `${view.name}: deleted`,
      () => restore(view),
    );

  return { save, remove, openWith };
}
