import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../history/migrate.ts";
import { openHistory } from "../../history/open.ts";
import { createProjector } from "../../history/project.ts";
import { createHistoryReader } from "../../server/history/reader.ts";
import { aRecord, aStretch, policiesOf } from "../history/builders.ts";
import { anOrderReceived } from "../support/builders.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "ct-hr-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test(
  "a thread answers; before there is a store it says so, and once there is one it reads it",
  { timeout: 60_000 },
  async () => {
    const address = { file: join(dir, "history.db") };
    const reader = createHistoryReader(address);
    await expect(reader.ask("range", { site: "BER1" })).rejects.toMatchObject({
      code: "CT_ERR_NO_HISTORY",
    });
    const history = openHistory(address);
    await migrate(history, 1);
    await createProjector(history).project(
      aStretch(null, 1, { A: aRecord(1, [anOrderReceived("8:00", {}, { orderId: "A" })]) }),
      policiesOf(),
      1,
    );
    const many = await Promise.all(
      Array.from({ length: 20 }, () => reader.ask("order", { site: "BER1", id: "A" })),
    );
    expect(many.every((kept) => kept?.record.includes("order.received"))).toBe(true);
    expect(await reader.ask("order", { site: "BER1", id: "B" })).toBeNull();
    expect(await reader.ask("range", { site: "BER1" })).toEqual({ from: null, to: null });
    await history.close();
    await reader.stop();
    // stopped is not broken: whoever asks again gets another thread
    expect(await reader.ask("range", { site: "BER1" })).toEqual({ from: null, to: null });
    await reader.stop();
  },
);
