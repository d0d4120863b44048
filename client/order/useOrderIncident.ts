/** The cause that an order belongs to: told by the board's row or by the order itself, and as it is now where incidents are followed. */
import { computed, type ComputedRef } from "vue";
import type { Row } from "../../domain/board.ts";
import { ownerWords } from "../inbox/inbox-model.ts";
import { useConnection } from "../stores/connection.ts";
import { useIncidents } from "../stores/incidents.ts";
import { useSession } from "../stores/session.ts";
import type { IncidentOfOrder } from "./order-view.ts";

/** `whose`: `unowned 3 min`, `bo, until 14:12 CET` */
export type OrderIncident = { id: string; title: string; whose: string };

const toldOf = ({ id, title, owner, isOwned }: IncidentOfOrder): OrderIncident => ({
  id,
  title,
  whose: owner ?? (isOwned ? "owned" : "unowned"),
});

/** `row` is newer than what was `read`, and the only one to know while nothing was. */
export function useOrderIncident(
  row: () => Row | null,
  read: () => IncidentOfOrder | null,
): ComputedRef<OrderIncident | null> {
  const session = useSession();
  const connection = useConnection();
  const incidents = useIncidents();
  const reading = computed(() => {
    const [now, me] = [connection.second, session.view?.name ?? ""];
    return { now, me, format: session.format };
  });
  /** as it is followed here; what is over is no cause any more */
  function followed(id: string | undefined): OrderIncident | null {
    const known = id === undefined ? undefined : incidents.all.get(id);
    if (known === undefined || known.state === "resolved") return null;
    return { id: known.id, title: known.title, whose: ownerWords(known, reading.value) };
  }
  return computed(() => {
    const told = read();
    const id = row()?.incident ?? told?.id;
    return followed(id) ?? (told && told.id === id ? toldOf(told) : null);
  });
}
