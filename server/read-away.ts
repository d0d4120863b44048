/**
 * Reads what is refused and still on its way. Who is cut off while sending mostly sees the connection break and never the answer, so a body that is too large is taken off the
 * line before it is refused: up to so many bytes, and as long as any request may take (`listener.ts`).
 */
import type { IncomingMessage } from "node:http";

const READ_AT_MOST = 32 * 1024 * 1024;

export function readAway(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  let bytes = 0;
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > READ_AT_MOST) resolve();
  });
  for (const end of ["end", "error", "close"]) request.once(end, () => resolve());
  request.resume();
  return promise;
}
