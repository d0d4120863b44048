/** Every view has an address. Pages but the board come when they are first asked for. */
import {
  createRouter,
  createWebHistory,
  START_LOCATION,
  type RouteLocationNormalized,
  type Router,
  type RouteRecordRaw,
} from "vue-router";
import BoardPage from "./board/BoardPage.vue";
import { loadSession } from "./realtime/session.ts";
import { useConnection } from "./stores/connection.ts";
import { useSession } from "./stores/session.ts";
import { useToasts } from "./stores/toasts.ts";

declare module "vue-router" {
  interface RouteMeta {
    title: string;
    /** may be seen without a session */
    isOpen?: boolean;
    /** without the rail: a second window */
    isBare?: boolean;
  }
}

/** Only our own paths: an address from outside must not send people elsewhere after login. */
export const safeReturn = (path: unknown): string =>
  typeof path === "string" && /^\/(?![/\\])/.test(path) ? path : "/board";

async function isLoggedIn(): Promise<boolean> {
  const session = useSession();
  // When nobody answers, the page is shown and says so itself.
  if (session.state === "unknown") await loadSession().catch(() => {});
  return session.state !== "out";
}

const ROUTES: RouteRecordRaw[] = [
  { path: "/", redirect: "/board" },
  { path: "/board", component: BoardPage, meta: { title: "Board" } },
  {
    path: "/orders/:id",
    component: () => import("./order/OrderPage.vue"),
    props: true,
    meta: { title: "Order" },
  },
  {
    path: "/beside",
    component: () => import("./board/BesidePage.vue"),
    meta: { title: "Beside the board", isBare: true },
  },
  {
    path: "/trucks",
    component: () => import("./trucks/TrucksPage.vue"),
    meta: { title: "Trucks" },
  },
  {
    path: "/inbox",
    component: () => import("./inbox/InboxPage.vue"),
    meta: { title: "Inbox" },
  },
  {
    path: "/handover",
    component: () => import("./handover/HandoverPage.vue"),
    meta: { title: "Handover" },
  },
  {
    path: "/policies",
    component: () => import("./policies/PoliciesPage.vue"),
    meta: { title: "Rules and escalation" },
  },
  {
    path: "/trends",
    component: () => import("./trends/TrendsPage.vue"),
    meta: { title: "Trends" },
  },
  { path: "/analytics", redirect: (to) => ({ path: "/analytics/otif", query: to.query }) },
  {
    path: "/analytics/:topic",
    component: () => import("./analytics/AnalyticsPage.vue"),
    props: true,
    meta: { title: "Analytics" },
  },
  {
    path: "/analytics/:topic/orders",
    component: () => import("./analytics/OrdersPage.vue"),
    props: true,
    meta: { title: "Orders behind a number" },
  },
  {
    path: "/rewind",
    component: () => import("./rewind/RewindPage.vue"),
    meta: { title: "Past" },
  },
  {
    path: "/forecast",
    component: () => import("./forecast/QualityPage.vue"),
    meta: { title: "Forecasts" },
  },
  {
    path: "/plan",
    component: () => import("./plan/PlanPage.vue"),
    meta: { title: "Shift plan" },
  },
  {
    path: "/dead-letters",
    component: () => import("./dead-letters/DeadLettersPage.vue"),
    meta: { title: "Dead letters" },
  },
  {
    path: "/account",
    component: () => import("./account/AccountPage.vue"),
    meta: { title: "Your account" },
  },
  { path: "/audit", component: () => import("./audit/AuditPage.vue"), meta: { title: "Audit" } },
  { path: "/settings", redirect: "/settings/users" },
  {
    path: "/settings/users",
    component: () => import("./settings/UsersPage.vue"),
    meta: { title: "People" },
  },
  {
    path: "/settings/keys",
    component: () => import("./settings/KeysPage.vue"),
    meta: { title: "Machine keys" },
  },
  {
    path: "/settings/webhooks",
    component: () => import("./settings/WebhooksPage.vue"),
    meta: { title: "Webhooks" },
  },
  {
    path: "/walls",
    component: () => import("./walls/WallsPage.vue"),
    meta: { title: "Walls" },
  },
  {
    path: "/floor",
    component: () => import("./floor/FloorPage.vue"),
    meta: { title: "On the floor" },
  },
  {
    path: "/link",
    component: () => import("./walls/LinkPage.vue"),
    meta: { title: "Pair a screen" },
  },
  {
    path: "/settings/channels",
    component: () => import("./settings/ChannelsPage.vue"),
    meta: { title: "Channels" },
  },
  {
    path: "/settings/connectors",
    component: () => import("./settings/ConnectorsPage.vue"),
    meta: { title: "Connectors" },
  },
  {
    path: "/setup",
    component: () => import("./login/SetupPage.vue"),
    meta: { title: "The first administrator", isOpen: true },
  },
  {
    path: "/login",
    component: () => import("./login/LoginPage.vue"),
    meta: { title: "Log in", isOpen: true },
  },
  {
    path: "/:rest(.*)*",
    component: () => import("./ui/NotFoundPage.vue"),
    meta: { title: "No such page" },
  },
];

/**
 * A page that cannot be fetched. Beside a server that answers it is one of a version that was renewed meanwhile: the whole dashboard is loaded anew, at the address that was asked for. Not
 * twice: one that was just loaded and lacks it is not helped by that.
 */
function onLost(to: RouteLocationNormalized, from: RouteLocationNormalized): void {
  if (from !== START_LOCATION && useConnection().isTrusted) location.assign(to.fullPath);
  else useToasts().failed(`${to.meta.title} cannot be loaded now. Load this page anew.`);
}

export function createTowerRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: ROUTES,
  });
  router.beforeEach(async (to) => {
    if (to.meta.isOpen === true || (await isLoggedIn())) return true;
    return { path: "/login", query: { next: to.fullPath } };
  });
  // Who came in with a one-time password chooses an own one before anything else.
  router.beforeEach((to) => {
    const mustChoose = useSession().view?.mustChoosePassword === true;
    return !mustChoose || to.meta.isOpen === true || to.path === "/account" || "/account";
  });
  router.beforeEach((to) => {
    const site = to.query["site"];
    if (typeof site === "string" && site !== "") useSession().chooseSite(site);
  });
  router.onError((_error, to, from) => onLost(to, from));
  router.afterEach((to) => {
    const name = typeof to.params["id"] === "string" ? to.params["id"] : to.meta.title;
    document.title = `${name} · Control Tower`;
  });
  return router;
}
