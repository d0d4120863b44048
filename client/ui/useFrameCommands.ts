/** What the frame offers everywhere: screens, sites, open incidents, theme, density, keys, leaving. */
import { useRoute, useRouter, type Router } from "vue-router";
import { useBoard } from "../stores/board.ts";
import { useIncidents } from "../stores/incidents.ts";
import { useSession } from "../stores/session.ts";
import { areKeysOn } from "./keys.ts";
import { showKeys } from "./key-table.ts";
import { placesFor } from "./places.ts";
import { useTheme, type Density, type Theme } from "./theme.ts";
import { useCommands, type Command } from "./commands.ts";

const THEMES: readonly (readonly [Theme, string])[] = [
  ["light", "Light theme"],
  ["dark", "Dark theme"],
  ["system", "Theme of the system"],
];
const DENSITIES: readonly (readonly [Density, string])[] = [
  ["compact", "Compact rows"],
  ["normal", "Normal rows"],
  ["comfortable", "Comfortable rows"],
];

function screens(router: Router): Command[] {
  const session = useSession();
  return placesFor(session.may).map(({ to, label, icon, keys }) => ({
    id: `go ${to}`,
    label,
    kind: "Screen",
    icon: icon ?? "chevron-right",
    ...(keys === undefined ? {} : { keys }),
    run: () => router.push({ path: to, query: { site: session.siteId } }),
  }));
}

function looks(): Command[] {
  const { theme, density } = useTheme();
  return [
    ...THEMES.map(([id, label]): Command => ({
      id: `theme ${id}`,
      label,
      kind: "This device",
      icon: id === "dark" ? "moon" : "sun",
      run: () => (theme.value = id),
    })),
    ...DENSITIES.map(([id, label]): Command => ({
      id: `density ${id}`,
      label,
      kind: "This device",
      icon: "rows-3",
      run: () => (density.value = id),
    })),
    {
      id: "keys",
      label: "Keys of this screen",
      kind: "Help",
      icon: "keyboard",
      keys: "?",
      run: showKeys,
    },
    {
      id: "keys on",
      label: areKeysOn.value ? "Single-key shortcuts off" : "Single-key shortcuts on",
      kind: "This device",
      icon: "keyboard",
      run: () => (areKeysOn.value = !areKeysOn.value),
    },
  ];
}

/** What somebody must do something about, by its words. */
function openIncidents(router: Router): Command[] {
  const { siteId } = useSession();
  return [...useIncidents().all.values()]
    .filter(({ state }) => state !== "resolved")
    .map(({ id, title }) => ({
      id: `incident ${id}`,
      label: title,
      kind: "Incident",
      icon: "inbox",
      run: () => router.push({ path: "/inbox", query: { site: siteId, incident: id } }),
    }));
}

/** Whoever has orders, and oneself first. Who is shown no owners has nobody to go to. */
function owners(router: Router): Command[] {
  const { siteId, view } = useSession();
  const me = view?.name;
  const named = new Set<string>();
  for (const { owner } of useBoard().rows.values()) if (owner !== undefined) named.add(owner);
  return [...named]
    .toSorted((a, b) => Number(b === me) - Number(a === me) || (a < b ? -1 : 1))
    .map((name) => ({
      id: `owner ${name}`,
      label: name === me ? `My orders (${name})` : `Orders of ${name}`,
      kind: "Person",
      icon: "user",
      run: () => router.push({ path: "/board", query: { site: siteId, owner: name } }),
    }));
}

/** `leave` ends the session; `toSite` looks at another site and stays on the screen. */
export function useFrameCommands(leave: () => unknown): void {
  const session = useSession();
  const router = useRouter();
  const route = useRoute();
  const sites = (): Command[] =>
    session.sites
      .filter(({ id }) => id !== session.siteId)
      .map(({ id, name }) => ({
        id: `site ${id}`,
        label: name === id ? id : `${id} · ${name}`,
        kind: "Site",
        icon: "tower-control",
        run: () =>
          router.push({
            path: route.path.startsWith("/orders/") ? "/board" : route.path,
            query: { site: id },
          }),
      }));
  useCommands(() =>
    session.state === "in"
      ? [
          ...screens(router),
          ...sites(),
          ...openIncidents(router),
          ...owners(router),
          ...looks(),
          { id: "leave", label: "Log out", kind: "You", icon: "log-out", run: leave },
        ]
      : [],
  );
}
