import { flushPromises, mount, RouterLinkStub, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import UsersPage from "../../../client/settings/UsersPage.vue";
import { actionsFor, siteWords } from "../../../client/settings/user-model.ts";
import { refusalWords } from "../../../client/login/login-words.ts";
import { useSession } from "../../../client/stores/session.ts";
import type { UserView } from "../../../domain/contract/people.ts";
import type { Permission } from "../../../domain/permissions.ts";

const aUser = (change: Partial<UserView> = {}): UserView => ({
  name: "petra",
  role: "coordinator",
  sites: "all",
  origin: "local",
  disabled: false,
  createdAt: "2026-11-20T08:00:00.000Z",
  ...change,
});

describe("what may be done with a user", () => {
  test("is nothing to oneself", () => {
    expect(actionsFor(aUser(), "petra")).toEqual([]);
  });

  test("is everything to one that is kept here", () => {
    expect(actionsFor(aUser(), "admin")).toEqual(["grant", "reset", "disable", "logout", "delete"]);
    expect(actionsFor(aUser({ disabled: true }), "admin")).toContain("enable");
  });

  test("leaves role and password of single sign-on to the provider", () => {
    expect(actionsFor(aUser({ origin: "oidc" }), "admin")).toEqual(["disable", "logout", "delete"]);
  });

  test("leaves the environment's administrator alone", () => {
    const fixed = aUser({ name: "admin", origin: "environment", role: "admin" });
    expect(actionsFor(fixed, "petra")).toEqual(["logout"]);
  });
});

test("sites are said in words", () => {
  expect([siteWords("all"), siteWords([]), siteWords(["BER1", "NYC1"])]).toEqual([
    "all sites",
    "no site",
    "BER1, NYC1",
  ]);
});

test("only known reasons of single sign-on are shown, never what an address says", () => {
  expect(refusalWords("no-role")?.title).toContain("no role");
  for (const reason of ["<b>", "constructor", "__proto__", undefined, ["away"]])
    expect(refusalWords(reason)).toBeNull();
});

describe("the page of people", () => {
  let users: UserView[];
  let sent: [method: string, path: string, body: unknown][];
  let answer: (method: string) => { status: number; body: unknown };
  let page: VueWrapper | null = null;

  beforeEach(() => {
    setActivePinia(createPinia());
    sent = [];
    users = [aUser(), aUser({ name: "bo", disabled: true, sites: ["BER1"] })];
    answer = () => ({ status: 200, body: { items: users, next: null } });
    vi.stubGlobal("fetch", async (path: string, request: RequestInit) => {
      const method = request.method ?? "GET";
      if (method !== "GET")
        sent.push([method, path, request.body ? JSON.parse(String(request.body)) : undefined]);
      const { status, body } = answer(method);
      return new Response(status === 204 ? null : JSON.stringify(body), { status });
    });
  });
  afterEach(() => {
    page?.unmount();
    page = null;
    vi.unstubAllGlobals();
    document.body.innerHTML = "";
  });

  async function open(...permissions: Permission[]): Promise<VueWrapper> {
    useSession().enter({
      name: "admin",
      permissions,
      sites: [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }],
      demo: false,
    });
    page = mount(UsersPage, {
      attachTo: document.body,
      global: { stubs: { RouterLink: RouterLinkStub } },
    });
    await flushPromises();
    return page;
  }
  const shown = () => document.body.textContent ?? "";
  const press = async (words: string) => {
    const buttons = [...document.body.querySelectorAll("button")];
    buttons.find((button) => button.textContent?.trim() === words)?.click();
    await flushPromises();
  };

  test("shows who may log in, in which state", async () => {
    await open("users:manage");
    for (const words of ["2 may log in", "petra", "bo", "disabled", "never logged in", "BER1"])
      expect(shown()).toContain(words);
  });

  test("asks nothing and says why to somebody who may not", async () => {
    await open("board:read");
    expect(shown()).toContain("Your role does not manage people");
    expect(shown()).not.toContain("Add a person");
  });

  test("says what the server said when it cannot be read, and reads again", async () => {
    const problem = { title: "The store does not answer", code: "CT_ERR_UNAVAILABLE", status: 503 };
    answer = () => ({ status: 503, body: problem });
    await open("users:manage");
    expect(shown()).toContain("The store does not answer");
    answer = () => ({ status: 200, body: { items: users, next: null } });
    await press("Try again");
    expect(shown()).toContain("petra");
  });

  test("says what to do when there is nobody", async () => {
    users = [];
    await open("users:manage");
    expect(shown()).toContain("Nobody may log in yet");
  });

  test("shows the one-time password of a new person, once", async () => {
    await open("users:manage");
    await press("Add a person");
    const name = document.body.querySelector<HTMLInputElement>("input[name=name]");
    if (name === null) throw new Error("no field for the name");
    name.value = "new.one";
    name.dispatchEvent(new Event("input"));
    answer = (method) =>
      method === "POST"
        ? {
            status: 201,
            body: {
              ...aUser({ name: "new.one", oneTimePasswordUntil: "2026-11-26T08:00:00.000Z" }),
              oneTimePassword: "abcde-fghij",
            },
          }
        : { status: 200, body: { items: users, next: null } };
    document.body.querySelector("form")?.dispatchEvent(new Event("submit"));
    await flushPromises();
    expect(sent).toEqual([
      ["POST", "/api/v1/users", { name: "new.one", role: "coordinator", sites: "all" }],
    ]);
    expect(shown()).toContain("abcde-fghij");
    await press("I have it");
    expect(shown()).not.toContain("abcde-fghij");
  });

  test("keeps the form and says the refusal when a name is taken", async () => {
    await open("users:manage");
    await press("Add a person");
    answer = (method) =>
      method === "POST"
        ? { status: 409, body: { title: "There is one", code: "CT_ERR_EXISTS", status: 409 } }
        : { status: 200, body: { items: users, next: null } };
    document.body.querySelector("form")?.dispatchEvent(new Event("submit"));
    await flushPromises();
    expect(shown()).toContain("There is one");
    expect(document.body.querySelector("input[name=name]")).not.toBeNull();
  });
});
