/**
 * A load generator that costs little: prepared requests over plain keep-alive sockets, one in flight on each. It must not eat the two cores that are measured.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export type Prepared = Buffer;

export function preparePost(
  path: string,
  key: string,
  contentType: string,
  body: string,
): Prepared {
  const bytes = Buffer.from(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    "host: 127.0.0.1",
    `authorization: Bearer ${key}`,
    `content-type: ${contentType}`,
    `content-length: ${bytes.length}`,
    "",
    "",
  ].join("\r\n");
  return Buffer.concat([Buffer.from(head), bytes]);
}

export type Load = {
  seconds: number;
  statuses: Record<number, number>;
  /** ms from the first byte sent to the whole answer, sorted */
  latencies: number[];
};

/** Length of the first whole response in `bytes`, or 0 when more is to come. */
function responseLength(bytes: Buffer): number {
  const headEnd = bytes.indexOf("\r\n\r\n");
  if (headEnd < 0) return 0;
  const head = bytes.toString("latin1", 0, headEnd).toLowerCase();
  const length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
  const total = headEnd + 4 + length;
  return bytes.length >= total ? total : 0;
}

/** Sends one request and resolves with the status of its answer. */
function exchange(socket: Socket, request: Prepared): Promise<number> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0);
    const done = (settle: () => void): void => {
      socket.off("data", onData);
      socket.off("error", onError).off("close", onClose);
      settle();
    };
    const onData = (chunk: Buffer): void => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      if (responseLength(received) > 0)
        done(() => resolve(Number(received.toString("latin1", 9, 12))));
    };
    const onError = (error: Error): void => done(() => reject(error));
    const onClose = (): void => onError(new Error("the connection ended before the answer"));
    socket.on("data", onData);
    socket.once("error", onError).once("close", onClose);
    socket.write(request);
  });
}

const connected = async (port: number): Promise<Socket> => {
  const socket = connect(port, "127.0.0.1");
  socket.setNoDelay(true);
  await once(socket, "connect");
  return socket;
};

/** Keep-alive connections for requests that come one by one at their own time; a request waits only when all are busy. */
export async function openPool(port: number, connections: number) {
  const free = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  const waiting: ((socket: Socket) => void)[] = [];
  const takeOne = async (): Promise<Socket> => {
    // the one that rested longest: one that never spoke is told 408 by the server after some seconds
    const socket = free.shift();
    if (socket === undefined) return new Promise((resolve) => waiting.push(resolve));
    // the server ends a connection that nobody used for some seconds
    return socket.writable && !socket.readableEnded ? socket : connected(port);
  };
  const giveBack = (socket: Socket): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(socket);
    else next(socket);
  };
  return {
    /** status of the answer */
    async send(request: Prepared): Promise<number> {
      let socket = await takeOne();
      const status = await exchange(socket, request).catch(async () => {
        // it was ended in the moment in which it was taken; an event that was taken all the same is a repeat
        socket = await connected(port);
        return exchange(socket, request);
      });
      giveBack(socket);
      return status;
    },
    close: () => free.forEach((socket) => socket.destroy()),
  };
}

async function work(port: number, takeNext: () => Prepared | undefined, load: Load): Promise<void> {
  const socket = await connected(port);
  for (let request = takeNext(); request; request = takeNext()) {
    const startedAt = performance.now();
    const status = await exchange(socket, request);
    load.latencies.push(performance.now() - startedAt);
    load.statuses[status] = (load.statuses[status] ?? 0) + 1;
  }
  socket.destroy();
}

/** Sends all requests over so many connections; ends with the last answer. */
export async function sendAll(
  port: number,
  requests: readonly Prepared[],
  connections: number,
): Promise<Load> {
  const load: Load = { seconds: 0, statuses: {}, latencies: [] };
  let next = 0;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: connections }, () => work(port, () => requests[next++], load)),
  );
  load.seconds = (performance.now() - startedAt) / 1000;
  load.latencies.sort((a, b) => a - b);
  return load;
}

export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
