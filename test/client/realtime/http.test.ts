import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { http } from "../../../client/realtime/http.ts";
import { loadSession, login } from "../../../client/realtime/session.ts";
import { useSession } from "../../../client/stores/session.ts";

const view = (name: string) => ({ name, permissions: [], sites: [], demo: false });
let session: object;
let asked: string[];

beforeEach(() => {
  setActivePinia(createPinia());
  asked = [];
  vi.stubGlobal("fetch", async (path: string, { method, headers }: RequestInit) => {
    asked.push(`${method} ${path} as ${new Headers(headers).get("ct-asked-by")}`);
    return new Response(JSON.stringify(session));
  });
});
afterEach(() => vi.unstubAllGlobals());

test("what changes something says who is logged in on this page, whoever the browser's session is by then", async () => {
  session = view("oidc:zoë");
  await loadSession();
  session = view("bo");
  await http("GET", "/api/v1/views");
  await http("PUT", "/api/v1/views", { body: {} });
  await http("POST", "/api/v1/orders", { by: "ana" });
  useSession().leave();
  await login("bo", "a red lorry");
  await http("DELETE", "/api/v1/session");
  expect(asked.slice(1, 4)).toEqual([
    "GET /api/v1/views as null",
    "PUT /api/v1/views as oidc%3Azo%C3%AB",
    "POST /api/v1/orders as ana",
  ]);
  expect(asked.at(-1)).toBe("DELETE /api/v1/session as bo");
});
