import { flushPromises, mount, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createMemoryHistory, createRouter, type Router } from "vue-router";
import AccountPage from "../../../client/account/AccountPage.vue";
import { DEFAULT_PREFERENCES } from "../../../domain/contract/people.ts";
import { useSession } from "../../../client/stores/session.ts";

let page: VueWrapper;
let router: Router;

const LEA = { name: "lea", role: "lead", sites: "all", origin: "environment" };
const ACCOUNT = { ...LEA, preferences: DEFAULT_PREFERENCES };

beforeEach(async () => {
  setActivePinia(createPinia());
  vi.stubGlobal("fetch", async (path: string, { method = "GET" }: RequestInit) => {
    if (method === "DELETE") {
      // its socket is told of it before the answer is there
      useSession().leave("You logged out");
      return new Response(null, { status: 204 });
    }
    const isList = path.includes("/sessions");
    return new Response(JSON.stringify(isList ? { items: [], next: null } : ACCOUNT));
  });
  useSession().enter({ name: "lea", permissions: [], sites: [], demo: false });
  const routes = [{ path: "/:rest(.*)*", component: { template: "<p />" } }];
  router = createRouter({ history: createMemoryHistory(), routes });
  await router.push("/account");
  page = mount(AccountPage, { attachTo: document.body, global: { plugins: [router] } });
  await flushPromises();
});
afterEach(() => {
  page.unmount();
  vi.unstubAllGlobals();
});

test("whoever logs out everywhere comes to the login page, also when the socket told of it first", async () => {
  const press = async () => {
    const buttons = [...document.body.querySelectorAll("button")];
    buttons.findLast(({ textContent }) => textContent?.trim() === "Log out everywhere")?.click();
    await flushPromises();
  };
  await press();
  await press();
  expect(useSession().state).toBe("out");
  expect(router.currentRoute.value.path).toBe("/login");
});
