/**
 * Many open boards that cost little: the public socket protocol spoken over plain WebSockets. All of them get the same frame, so it is parsed once, by the first
 * that has it; parsing it a hundred times in this one process took 30 to 80 ms a frame, which is a cost of a hundred browsers and not of the way to them.
 */
import type { BoardDelta, Row } from "../../domain/board.ts";

export type BoardWatch = { close: () => void };

const OPEN_ID = 7;
const DELTA = '42["board:delta",';

/** Rows in a delta frame; the last frame is remembered. */
function createReader(): (frame: string) => readonly Row[] {
  let last = "";
  let rows: readonly Row[] = [];
  return (frame) => {
    if (frame !== last) {
      const delta = JSON.parse(frame.slice(DELTA.length, -1)) as BoardDelta;
      last = frame;
      rows = delta.upserts;
    }
    return rows;
  };
}

/** The number of an event that wants an acknowledgement, as in `4217["board:rows",...]`. */
const ackOf = (frame: string): string | undefined => /^42(\d+)\["board:rows"/.exec(frame)?.[1];

type Wanted = {
  url: string;
  key: string;
  site: string;
  onRows: (rows: readonly Row[], at: number) => void;
  read: (frame: string) => readonly Row[];
};

function answer(socket: WebSocket, frame: string, { key, site }: Wanted): void {
  const ack = ackOf(frame);
  if (frame.startsWith("0")) socket.send(`40${JSON.stringify({ token: key })}`);
  else if (frame.startsWith("40"))
    socket.send(`42${OPEN_ID}${JSON.stringify(["board:open", { site }])}`);
  else if (frame === "2") socket.send("3");
  else if (ack !== undefined) socket.send(`43${ack}[]`);
}

/** Resolves once the board is open. */
function openOne(wanted: Wanted): Promise<BoardWatch> {
  const socket = new WebSocket(
    `${wanted.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`,
  );
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error("a board could not be opened"));
    socket.onmessage = ({ data }) => {
      const at = performance.now();
      const frame = String(data);
      if (frame.startsWith(DELTA)) return wanted.onRows(wanted.read(frame), at);
      if (frame.startsWith(`43${OPEN_ID}[`)) {
        if (!frame.includes('"ok":true')) return reject(new Error(frame.slice(0, 300)));
        return resolve({ close: () => socket.close() });
      }
      if (frame.startsWith("44")) return reject(new Error(frame));
      answer(socket, frame, wanted);
    };
  });
}

/** So many boards of a site; `onRows` is told the rows of each delta at each of them, and when it came. */
export async function watchBoards(
  count: number,
  wanted: Omit<Wanted, "read">,
): Promise<BoardWatch[]> {
  const read = createReader();
  const boards: BoardWatch[] = [];
  for (let index = 0; index < count; index += 1) boards.push(await openOne({ ...wanted, read }));
  return boards;
}
