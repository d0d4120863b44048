import { pino } from "pino";
import { io } from "socket.io-client";
import { expect, test } from "vitest";
import type { BoardOpened } from "../../domain/contract/realtime.ts";
import { aRow } from "../support/board-rows.ts";
import { fakeTower, KEY } from "./fake-app.ts";

test("what goes wrong inside is answered as that, nothing of it is told, and the log has it", async () => {
  const lines: string[] = [];
  const log = pino({ level: "error" }, { write: (line) => void lines.push(line) });
  const tower = await fakeTower({}, log);
  // no JSON can be made of it
  tower.fill("BER1", [aRow({ value: 7n as unknown as number })]);
  const url = await tower.app.listen({ host: "127.0.0.1", port: 0 });
  const socket = io(url, { transports: ["websocket"], auth: { token: KEY }, forceNew: true });
  const open = (site: string): Promise<BoardOpened> =>
    socket.timeout(5_000).emitWithAck("board:open", { site }) as Promise<BoardOpened>;
  const answer = await open("BER1");
  expect(answer).toMatchObject({ ok: false, problem: { status: 500, code: "CT_ERR_INTERNAL" } });
  expect(JSON.stringify(answer)).not.toContain("BigInt");
  expect(lines.join("")).toContain("BigInt");
  tower.fill("NYC1", [aRow()]);
  expect(await open("NYC1")).toMatchObject({ ok: true });
  socket.disconnect();
  await tower.app.close();
});
