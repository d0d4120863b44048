import { EventEmitter } from "node:events";
import { createPinia, setActivePinia } from "pinia";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TowerSocket } from "../../../client/realtime/socket.ts";
import { createBoardFeed, type BoardFeed } from "../../../client/realtime/useBoardFeed.ts";
import { useSession } from "../../../client/stores/session.ts";

/** Socket.IO's own: `active` is false when the server refused, and then nothing is tried again. */
function aSocket() {
  const connect = vi.fn();
  const disconnect = () => ({ connect });
  const socket = { connected: false, active: true, io: new EventEmitter(), connect, disconnect };
  return Object.assign(new EventEmitter(), socket);
}

let socket: ReturnType<typeof aSocket>;
let feed: BoardFeed;
beforeEach(() => {
  vi.useFakeTimers();
  setActivePinia(createPinia());
  useSession().state = "in";
  socket = aSocket();
  feed = createBoardFeed(socket as unknown as TowerSocket);
});
afterEach(() => {
  feed.stop();
  vi.useRealTimers();
});

test("a server that refuses the line, as one that has just begun does, is tried again", () => {
  socket.active = false;
  socket.emit("connect_error", new Error("Try again."));
  vi.advanceTimersByTime(5_000);
  expect(socket.connect).toHaveBeenCalledTimes(1);
  socket.emit("connect_error", new Error("Try again."));
  vi.advanceTimersByTime(5_000);
  expect(socket.connect).toHaveBeenCalledTimes(2);
});

test("one that cannot be reached is left to Socket.IO, and who logged out comes no more", () => {
  socket.emit("connect_error", new Error("timeout"));
  vi.advanceTimersByTime(30_000);
  socket.active = false;
  socket.emit("connect_error", new Error("Log in."));
  useSession().state = "out";
  vi.advanceTimersByTime(30_000);
  expect(socket.connect).not.toHaveBeenCalled();
});
