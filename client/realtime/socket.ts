/** The only file that knows Socket.IO: one typed socket, websocket only, its own session cookie or a wall's token, retries between 0.5 and 4 s for ever. */
import { io, type Socket } from "socket.io-client";
import type { ClientToServer, ServerToClient } from "../../domain/contract/realtime.ts";

export type TowerSocket = Socket<ServerToClient, ClientToServer>;

export const RETRY_MIN_MS = 500;
export const RETRY_MAX_MS = 4_000;

/** `token` is asked anew for each connection: a wall's changes every hour. */
export const createSocket = (token?: () => string): TowerSocket =>
  io({
    transports: ["websocket"],
    autoConnect: false,
    reconnectionDelay: RETRY_MIN_MS,
    reconnectionDelayMax: RETRY_MAX_MS,
    randomizationFactor: 0.5,
    timeout: 5_000,
    ...(token !== undefined && {
      auth: (give: (auth: object) => void) => give({ token: token() }),
    }),
  });
