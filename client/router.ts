/** Every view has an address. Pages but the board come when they are first asked for. */
import { createRouter, createWebHistory, type Router } from "vue-router";
import BoardPage from "./board/BoardPage.vue";
import { loadSession } from "./realtime/session.ts";
import { useSession } from "./stores/session.ts";

declare module "vue-router" {
  interface RouteMeta {
    title: string;
    /** may be seen without a session */
    isOpen?: boolean;
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

export function createTowerRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: "/", redirect: "/board" },
      { path: "/board", component: BoardPage, meta: { title: "Board" } },
      {
        path: "/orders/:id",
        component: () => import("./order/OrderPage.vue"),
        props: true,
        meta: { title: "Order" },
      },
      {
        path: "/trucks",
        component: () => import("./trucks/TrucksPage.vue"),
        meta: { title: "Trucks" },
      },
      {
        path: "/trends",
        component: () => import("./trends/TrendsPage.vue"),
        meta: { title: "Trends" },
      },
      {
        path: "/dead-letters",
        component: () => import("./dead-letters/DeadLettersPage.vue"),
        meta: { title: "Dead letters" },
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
    ],
  });
  router.beforeEach(async (to) => {
    if (to.meta.isOpen === true || (await isLoggedIn())) return true;
    return { path: "/login", query: { next: to.fullPath } };
  });
  router.beforeEach((to) => {
    const site = to.query["site"];
    if (typeof site === "string" && site !== "") useSession().chooseSite(site);
  });
  router.afterEach((to) => {
    const name = typeof to.params["id"] === "string" ? to.params["id"] : to.meta.title;
    document.title = `${name} · Control Tower`;
  });
  return router;
}
