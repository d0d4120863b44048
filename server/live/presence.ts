/** Who looks at which order, incident and saved view, so that two people do not solve the same thing. Names go to those who work with orders, never to viewers and walls. */
import {
  rowsRoom,
  type BoardServer,
  type BoardSocket,
  type Subject,
  type Viewers,
} from "./viewers.ts";
import type { PresenceChanged, PresenceLook } from "../../domain/contract/realtime.ts";

const keyOf = ({ site, orderId, incidentId, viewId }: Subject): string =>
  JSON.stringify([site, orderId ?? null, incidentId ?? null, viewId ?? null]);

/** A look names several things at once; each is a subject of its own. */
function subjectsOf(site: string, { orderId, incidentId, viewId }: PresenceLook): Subject[] {
  return [
    ...(orderId === undefined ? [] : [{ site, orderId }]),
    ...(incidentId === undefined ? [] : [{ site, incidentId }]),
    ...(viewId === undefined ? [] : [{ site, viewId }]),
  ];
}

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

export function createPresence(io: BoardServer, viewers: Viewers) {
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
    /** what it looks at belongs to the board it opened last; nothing named = it looks away */
    look(socket: BoardSocket, look: PresenceLook): void {
      const site = [...socket.data.looking.keys()].at(-1);
      change(socket, site === undefined ? [] : subjectsOf(site, look));
    },
    /** Who comes to a board is told what is looked at there already. */
    welcome(socket: BoardSocket, site: string): void {
      if (socket.data.audience !== "full") return;
      for (const told of seenAt(viewers.at(site), site).values())
        socket.emit("presence:changed", told);
    },
    leave(socket: BoardSocket): void {
      change(socket, []);
    },
  };
}

export type Presence = ReturnType<typeof createPresence>;
