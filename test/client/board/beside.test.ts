import { expect, test } from "vitest";
import { effectScope } from "vue";
import { useBesideFollower, type Said } from "../../../client/board/beside.ts";

test("a second window that is left for another page says so to its board", async () => {
  const board = new BroadcastChannel("ct-beside");
  const heard: Said["kind"][] = [];
  const hasGone = new Promise<void>((resolve) => {
    board.addEventListener("message", ({ data }: MessageEvent<Said>) => {
      heard.push(data.kind);
      if (data.kind === "gone") resolve();
    });
  });
  const page = effectScope();
  page.run(() => useBesideFollower(() => "a-pair"));
  page.stop();
  await hasGone;
  board.close();
  expect(heard).toEqual(["here", "gone"]);
});
