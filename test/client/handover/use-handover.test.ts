import { flushPromises } from "@vue/test-utils";
import { effectScope, reactive, type EffectScope } from "vue";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useHandover } from "../../../client/handover/useHandover.ts";

type Asked = { method: string; path: string; body: { ifVersion?: number; notes?: string } };
let asked: Asked[];
let version: number;
let scope: EffectScope;

const report = (site: string) => ({ id: "2026-12-01.early", site, version, notes: "" });

/** A server that refuses what was not decided on the newest version. */
beforeEach(() => {
  asked = [];
  version = 0;
  scope = effectScope();
  vi.stubGlobal("fetch", async (path: string, request: RequestInit) => {
    const method = request.method ?? "GET";
    const body = JSON.parse(String(request.body ?? "{}")) as Asked["body"];
    const site = new URL(path, "http://localhost").searchParams.get("site") ?? "";
    if (method !== "GET") {
      asked.push({ method, path, body });
      if (body.ifVersion !== version) return new Response("{}", { status: 409 });
      version += 1;
    }
    return new Response(JSON.stringify(report(site)), { status: 200 });
  });
});
afterEach(() => {
  scope.stop();
  vi.unstubAllGlobals();
});

async function open(of = { site: "BER1", shift: "current" }) {
  const handover = scope.run(() => useHandover(() => of));
  if (handover === undefined) throw new Error("the scope has ended");
  await flushPromises();
  return handover;
}

test("who leaves a field by pressing Sign changes and signs one after the other", async () => {
  const { edit, sign, state } = await open();
  const all = await Promise.all([edit({ notes: "a" }), edit({ notes: "a" }), sign("leaving")]);
  expect(all).toEqual([true, true, true]);
  expect(asked.map(({ method, body }) => [method, body.ifVersion])).toEqual([
    ["PUT", 0],
    ["PUT", 1],
    ["POST", 2],
  ]);
  expect(state.value).toMatchObject({ report: { version: 3 }, problem: null });
});

test("a change that waits is not made to another report that is shown by then", async () => {
  const of = reactive({ site: "BER1", shift: "current" });
  const { edit, state } = await open(of);
  const first = edit({ notes: "a" });
  const second = edit({ notes: "b" });
  of.site = "NYC1";
  await flushPromises();
  expect(await Promise.all([first, second])).toEqual([true, false]);
  expect(asked).toHaveLength(1);
  expect(state.value.report?.site).toBe("NYC1");
});

test("what was refused stands beside the report, which stays", async () => {
  const { edit, state } = await open();
  version = 7;
  expect(await edit({ notes: "a" })).toBe(false);
  expect(state.value.report).not.toBeNull();
  expect(state.value.problem).not.toBeNull();
});
