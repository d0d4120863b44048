import { describe, expect, test } from "vitest";
import { effectScope, nextTick, ref, shallowRef } from "vue";
import { useStillList } from "../../../client/inbox/useStillList.ts";
import type { InboxItem } from "../../../client/inbox/inbox-model.ts";
import { anIncident } from "./an-incident.ts";

function stand(ids: readonly string[]) {
  const fresh = shallowRef<InboxItem[]>(ids.map((id) => anIncident({ id })));
  const isHeld = ref(false);
  const of = ref("BER1 unowned");
  const scope = effectScope();
  const list = scope.run(() =>
    useStillList(
      () => fresh.value,
      () => isHeld.value,
      () => of.value,
    ),
  );
  if (list === undefined) throw new Error("the scope is over");
  const shown = () => list.items.value.map(({ id }) => id);
  return { fresh, isHeld, of, list, shown };
}
const items = (...ids: string[]) => ids.map((id) => anIncident({ id }));

describe("a list under a hand", () => {
  test("follows as long as nobody holds it", async () => {
    const { fresh, shown } = stand(["a", "b"]);
    fresh.value = items("b", "a", "c");
    await nextTick();
    expect(shown()).toEqual(["b", "a", "c"]);
  });

  test("holds still, shows the newest state of what is in it, and counts what waits", async () => {
    const { fresh, isHeld, list, shown } = stand(["a", "b", "c"]);
    isHeld.value = true;
    await nextTick();
    fresh.value = [
      anIncident({ id: "d" }),
      anIncident({ id: "b", title: "new" }),
      anIncident({ id: "a" }),
    ];
    await nextTick();
    expect(shown()).toEqual(["a", "b"]);
    expect(list.items.value[1]?.title).toBe("new");
    // d would come, c went, a and b would change places
    expect(list.waiting.value).toBe(4);
    list.settle();
    expect(shown()).toEqual(["d", "b", "a"]);
    expect(list.waiting.value).toBe(0);
  });

  test("is another list when another folder is shown", async () => {
    const { fresh, isHeld, of, shown } = stand(["a"]);
    isHeld.value = true;
    fresh.value = items("z");
    of.value = "BER1 mine";
    await nextTick();
    expect(shown()).toEqual(["z"]);
  });
});
