import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createTowerRouter } from "../../client/router.ts";
import { useConnection } from "../../client/stores/connection.ts";
import { useSession } from "../../client/stores/session.ts";
import { useToasts } from "../../client/stores/toasts.ts";

const assign = vi.fn();
beforeEach(() => {
  setActivePinia(createPinia());
  assign.mockClear();
  vi.spyOn(window.location, "assign").mockImplementation(assign);
  useSession().enter({ name: "ana", permissions: [], sites: [], demo: false });
});
afterEach(() => vi.restoreAllMocks());

/** One whose page Trends is not on the server any more. */
function aRouter() {
  const router = createTowerRouter();
  const component = () => Promise.reject(new TypeError("Failed to fetch module"));
  router.addRoute({ path: "/renewed", component, meta: { title: "Trends" } });
  const open = (path: string) => router.push(path).catch(() => undefined);
  return { open };
}

describe("a page that cannot be fetched", () => {
  test("beside a server that answers is one of another version: all is loaded anew, there", async () => {
    const { open } = aRouter();
    await open("/board");
    useConnection().freshness = { state: "live", ageMs: 0 };
    await open("/renewed?site=BER1");
    expect(assign).toHaveBeenCalledWith("/renewed?site=BER1");
  });

  test("while nobody answers says so, and leaves what is shown", async () => {
    const { open } = aRouter();
    await open("/board");
    await open("/renewed");
    expect(assign).not.toHaveBeenCalled();
    expect(useToasts().errors[0]?.text).toContain("Trends cannot be loaded now");
  });

  test("when all was just loaded is not tried for ever", async () => {
    useConnection().freshness = { state: "live", ageMs: 0 };
    await aRouter().open("/renewed");
    expect(assign).not.toHaveBeenCalled();
    expect(useToasts().errors).toHaveLength(1);
  });
});
