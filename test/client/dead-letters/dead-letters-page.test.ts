import { flushPromises, mount, RouterLinkStub, type VueWrapper } from "@vue/test-utils";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import DeadLettersPage from "../../../client/dead-letters/DeadLettersPage.vue";
import { inSteps } from "../../../client/dead-letters/dead-letter-model.ts";
import { useMetrics } from "../../../client/stores/metrics.ts";
import { useSession } from "../../../client/stores/session.ts";
import { useToasts } from "../../../client/stores/toasts.ts";
import type { LiveMetrics } from "../../../domain/board.ts";
import type { Permission } from "../../../domain/permissions.ts";

const letter = (id: string) => ({
  id,
  site: "BER1",
  at: "2026-11-23T08:00:00.000Z",
  cause: { code: "CT_ERR_RULES_THREW", message: `The rules failed on ${id}` },
  tries: 2,
  orderId: "SO-1",
  event: { id: `w-${id}`, source: "wms/ber1", type: "pick.completed", orderId: "SO-1", data: {} },
});

let letters: ReturnType<typeof letter>[];
let replies: ((ids: string[]) => { status: number; body: unknown })[];
let replayed: string[][];
let lists: string[];
let page: VueWrapper | null = null;

async function open(...permissions: Permission[]): Promise<VueWrapper> {
  useSession().enter({
    name: "ana",
    permissions,
    sites: [{ id: "BER1", name: "Berlin", timeZone: "Europe/Berlin", stages: [] }],
    demo: false,
  });
  page = mount(DeadLettersPage, { global: { stubs: { RouterLink: RouterLinkStub } } });
  await flushPromises();
  return page;
}

const buttonOf = (wrapper: VueWrapper, words: string) =>
  wrapper.findAll("button").find((button) => button.text() === words);

function answerTo(path: string, request: RequestInit) {
  if (request.method === "GET") {
    lists.push(path);
    return { status: 200, body: { items: letters, next: null } };
  }
  const { ids } = JSON.parse(String(request.body)) as { ids: string[] };
  replayed.push(ids);
  const reply = replies.shift();
  return reply === undefined ? { status: 202, body: { replayed: ids, missing: [] } } : reply(ids);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  setActivePinia(createPinia());
  [letters, replies, replayed, lists] = [[letter("d1"), letter("d2")], [], [], []];
  vi.stubGlobal("fetch", async (path: string, request: RequestInit) => {
    const { status, body } = answerTo(path, request);
    return new Response(JSON.stringify(body), { status });
  });
});

afterEach(() => {
  page?.unmount();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the dead letters", () => {
  test("are listed with their cause, their order and the event as it is kept", async () => {
    const wrapper = await open("dead-letters:read");
    expect(wrapper.findAll("li")).toHaveLength(2);
    const first = wrapper.find("li").text();
    for (const words of [
      "pick.completed",
      "SO-1",
      "CT_ERR_RULES_THREW",
      "The rules failed on d1",
      "wms/ber1 / w-d1",
    ])
      expect(first).toContain(words);
    expect(first).toContain("09:00 CET");
    expect(first).toContain("tried 2 times");
  });

  test("offer no replay to those who may only read them", async () => {
    const wrapper = await open("dead-letters:read");
    expect(buttonOf(wrapper, "Replay")).toBeUndefined();
    expect(wrapper.text()).toContain("Your role may look");
  });

  test("are not shown to those who may not read them", async () => {
    const wrapper = await open("board:read");
    expect(wrapper.text()).toContain("Your role does not see dead letters");
    expect(wrapper.findAll("li")).toEqual([]);
    expect(lists).toEqual([]);
  });

  test("are replayed one by one, then read again", async () => {
    const wrapper = await open("dead-letters:read", "dead-letters:replay");
    await buttonOf(wrapper, "Replay")?.trigger("click");
    await flushPromises();
    expect(replayed).toEqual([["d1"]]);
    expect(useToasts().quiet[0]?.text).toBe("1 sent again");
    letters = [letter("d2")];
    await vi.advanceTimersByTimeAsync(1_000);
    await flushPromises();
    expect(wrapper.findAll("li")).toHaveLength(1);
  });

  test("are replayed many at once in steps, and say how many were gone", async () => {
    letters = Array.from({ length: 120 }, (_, index) => letter(`d${index}`));
    replies = [
      (ids) => ({ status: 202, body: { replayed: ids.slice(1), missing: ids.slice(0, 1) } }),
    ];
    const wrapper = await open("dead-letters:read", "dead-letters:replay");
    await wrapper.find("label input").setValue(true);
    await buttonOf(wrapper, "Replay selected")?.trigger("click");
    await flushPromises();
    expect(replayed.map(({ length }) => length)).toEqual([50, 50, 20]);
    expect(useToasts().quiet[0]?.text).toBe("119 sent again, 1 were gone already");
  });

  test("say how far a replay came that was refused", async () => {
    letters = Array.from({ length: 60 }, (_, index) => letter(`d${index}`));
    const body = {
      code: "CT_ERR_OVERLOADED",
      title: "Too much",
      detail: "later",
      status: 503,
      retryable: true,
    };
    replies = [
      (ids) => ({ status: 202, body: { replayed: ids, missing: [] } }),
      () => ({ status: 503, body }),
    ];
    const wrapper = await open("dead-letters:read", "dead-letters:replay");
    await wrapper.find("label input").setValue(true);
    await buttonOf(wrapper, "Replay selected")?.trigger("click");
    await flushPromises();
    expect(useToasts().errors[0]?.text).toBe("50 of 60 sent again, then: later");
  });

  test("are read again when their live count moves", async () => {
    await open("dead-letters:read");
    useMetrics().take({ at: 1, deadLetters: 3 } as LiveMetrics);
    await flushPromises();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(lists).toHaveLength(2);
  });

  test("say that there is none", async () => {
    letters = [];
    expect((await open("dead-letters:read")).text()).toContain("No dead letters");
  });
});

test("steps hold all items once, in order", () => {
  expect(inSteps([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(inSteps([], 2)).toEqual([]);
});
