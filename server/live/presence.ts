/** Who looks at which order, so that two people do not solve the same thing. Names go to those who work with orders, never to viewers and walls. */
import { rowsRoom, type BoardServer, type BoardSocket, type Viewers } from "./viewers.ts";
import type { PresenceLook } from "../../domain/contract/realtime.ts";

type Subject = PresenceLook & { site: string };

const isSame = (a: Subject | null, b: Subject): boolean =>
  a !== null && a.site === b.site && a.orderId === b.orderId && a.incidentId === b.incidentId;

export function createPresence(io: BoardServer, viewers: Viewers) {
  function tell(subject: Subject): void {
    const who = new Set<string>();
    for (const { data } of viewers.at(subject.site))
      if (data.principal.kind === "person" && isSame(data.presence, subject))
        who.add(data.principal.name);
    io.to(rowsRoom(subject.site, "full")).emit("presence:changed", {
      ...subject,
      who: [...who].sort(),
    });
  }

  function change(socket: BoardSocket, next: Subject | null): void {
    const before = socket.data.presence;
    socket.data.presence = next;
    if (before !== null) tell(before);
    if (next !== null) tell(next);
  }

  return {
    /** what it looks at belongs to the board it opened last; nothing named = it looks away */
    look(socket: BoardSocket, look: PresenceLook): void {
      const site = [...socket.data.looking.keys()].at(-1);
      const isSomething = look.orderId !== undefined || look.incidentId !== undefined;
      change(socket, site !== undefined && isSomething ? { ...look, site } : null);
    },
    leave(socket: BoardSocket): void {
      change(socket, null);
    },
  };
}

export type Presence = ReturnType<typeof createPresence>;
