import { expect, test } from "vitest";
import { FORWARD_STAGES, inStageOrder } from "../../domain/stages.ts";

test("stages stand in the order in which goods pass them, however they were listed", () => {
  const listed = [...FORWARD_STAGES].toReversed();
  expect(inStageOrder(listed)).toEqual(FORWARD_STAGES);
  expect(listed[0]).toBe("delivered");
});
