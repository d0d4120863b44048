/** Who looks at which order, incident and saved view, so that two people do not solve the same thing. Names go to those who work with orders, never to viewers and walls. */
import {
  rowsRoom,
  type BoardServer,
  type BoardSocket,
  type Subject,
  type Viewers,
} from "./viewers.ts";
import type { LiveBoard } from "./live-board.ts";
import type { PresenceChanged, PresenceLook } from "../../domain/contract/realtime.ts";

const keyOf = ({ site, orderId, incidentId, viewId }: Subject): string =>
  JSON.stringify([site, orderId ?? null, incidentId ?? null, viewId ?? null]);

/** A look names several things at once; each is a subject of its own. */
const partsOf = ({ orderId, incidentId, viewId }: PresenceLook): Omit<Subject, "site">[] => [
  ...(orderId === undefined ? [] : [{ orderId }]),
  ...(incidentId === undefined ? [] : [{ incidentId }]),
  ...(viewId === undefined ? [] : [{ viewId }]),
];

const isShownOn = ({ view }: LiveBoard, { orderId, incidentId }: Omit<Subject, "site">): boolean =>
  (orderId !== undefined && view.rows.has(orderId)) ||
  (incidentId !== undefined && view.incidents.has(incidentId));

/** Everything that people look at there, and who does. */
function seenAt(sockets: Iterable<BoardSocket>, site: string): Map<string, PresenceChanged> {
  const seen = new Map<string, PresenceChanged>();
  for (const { data } of sockets) {
    if (data.principal.kind !== "person") continue;
    for (const subject of data.presence) {
      if (subject.site !== site) continue;
      const who = new Set(seen.get(keyOf(subject))?.who).add(data.principal.name);
      seen.set(keyOf(subject), { ...subject, who: [...who].sort() });
    }
  }
  return seen;
}

export function createPresence(
  io: BoardServer,
  viewers: Viewers,
  boards: ReadonlyMap<string, LiveBoard>,
) {
  /** Of the boards that a socket has open the newest that shows it; what none shows belongs to the newest. */
  function subjectOf(socket: BoardSocket, part: Omit<Subject, "site">): Subject[] {
    const open = [...socket.data.looking.keys()].reverse();
    const shown = open.find((id) => {
      const board = boards.get(id);
      return board !== undefined && isShownOn(board, part);
    });
    const site = shown ?? open[0];
    return site === undefined ? [] : [{ site, ...part }];
  }

  function tell(subject: Subject): void {
    const told = seenAt(viewers.at(subject.site), subject.site).get(keyOf(subject));
    io.to(rowsRoom(subject.site, "full")).emit("presence:changed", told ?? { ...subject, who: [] });
  }

  function change(socket: BoardSocket, next: readonly Subject[]): void {
    const before = socket.data.presence;
    socket.data.presence = next;
    const isNew = (among: readonly Subject[]) => (one: Subject) =>
      !among.some((other) => keyOf(other) === keyOf(one));
    for (const left of before.filter(isNew(next))) tell(left);
    for (const come of next.filter(isNew(before))) tell(come);
  }

  return {
    /** nothing named = it looks away */
    look(socket: BoardSocket, look: PresenceLook): void {
      change(
        socket,
        partsOf(look).flatMap((part) => subjectOf(socket, part)),
      );
    },
    /** Who comes to a board is told what is looked at there already. */
    welcome(socket: BoardSocket, site: string): void {
      if (socket.data.audience !== "full") return;
      for (const told of seenAt(viewers.at(site), site).values())
        socket.emit("presence:changed", told);
    },
    /** It went, or closed the board of that site. */
    leave(socket: BoardSocket, site?: string): void {
      const { presence } = socket.data;
      change(socket, site === undefined ? [] : presence.filter((one) => one.site !== site));
    },
  };
}

export type Presence = ReturnType<typeof createPresence>;
