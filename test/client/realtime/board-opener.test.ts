import { PROTOCOL_VERSION } from "../../../domain/contract/realtime.ts";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createBoardOpener } from "../../../client/realtime/board-opener.ts";
import type { TowerSocket } from "../../../client/realtime/socket.ts";
import { useBoard } from "../../../client/stores/board.ts";
import { useConnection } from "../../../client/stores/connection.ts";

const problem = (code: string, retryable: boolean) => ({
  ok: false,
  problem: { type: "urn:x", title: code, status: 503, detail: code, code, retryable },
});
const opened = { ok: true, epoch: "e", seq: 3, protocol: PROTOCOL_VERSION, deltas: [] };

/** A connected socket that gives these answers to openings, one after the other. */
function aSocket(answers: unknown[]) {
  const asked: unknown[] = [];
  const emitWithAck = (_event: string, request: unknown): Promise<unknown> => {
    asked.push(request);
    return Promise.resolve(answers.shift() ?? opened);
  };
  const socket = { connected: true, timeout: () => ({ emitWithAck }) };
  return { socket: socket as unknown as TowerSocket, asked };
}

beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  useBoard().clear("BER1");
});
afterEach(() => vi.useRealTimers());

test("a server that has no board yet is asked again until it has one", async () => {
  const { socket, asked } = aSocket([
    problem("CT_ERR_UNAVAILABLE", true),
    problem("CT_ERR_UNAVAILABLE", true),
  ]);
  await createBoardOpener(socket, () => "BER1").open();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toHaveLength(3);
  expect(useConnection().openProblem).toBeNull();
  expect(useConnection().link.isCaughtUp).toBe(true);
});

test("a refusal for good is shown and not asked again", async () => {
  const { socket, asked } = aSocket([problem("CT_ERR_NOT_FOUND", false)]);
  await createBoardOpener(socket, () => "BER1").open();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toHaveLength(1);
  expect(useConnection().openProblem?.code).toBe("CT_ERR_NOT_FOUND");
});

test("an opening that was overtaken by a lost connection is not repeated by itself", async () => {
  const { socket, asked } = aSocket([problem("CT_ERR_UNAVAILABLE", true)]);
  const opener = createBoardOpener(socket, () => "BER1");
  await opener.open();
  opener.drop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toHaveLength(1);
});
