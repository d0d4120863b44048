/** What the questions of the inbox become once they are answered: an action with its body, on one incident or on those that are chosen. */
import { useConnection } from "../stores/connection.ts";
import type { IncidentAction, IncidentView } from "../../domain/contract/incidents.ts";
import { ackUntil, ACK_CHOICES, SHELF_CHOICES } from "./incident-words.ts";
import type { Body } from "./incident-requests.ts";
import { useShiftEnd } from "./useShiftEnd.ts";

const withComment = (comment: string) => (comment === "" ? {} : { comment });

/** The first moment by when somebody must act; null where there is none. */
export const firstActBy = (items: readonly Pick<IncidentView, "actBy">[]): number | null => {
  const moments = items.flatMap(({ actBy }) => actBy ?? []);
  return moments.length === 0 ? null : Math.min(...moments);
};

/** Handlers of `IncidentForms`, by the names of its events. */
export function useAnswers(
  about: () => readonly Pick<IncidentView, "actBy">[],
  send: (action: IncidentAction, body: Body) => unknown,
) {
  const connection = useConnection();
  const shiftEnd = useShiftEnd();

  function acknowledge(at: number): void {
    const choice = ACK_CHOICES[at] ?? ACK_CHOICES[0];
    const until = ackUntil(choice, { actBy: firstActBy(about()) }, connection.second);
    send("acknowledge", until === undefined ? {} : { until });
  }
  async function shelve(at: number, reason: string): Promise<void> {
    const choice = SHELF_CHOICES[at] ?? SHELF_CHOICES[0];
    const { second } = connection;
    const end = choice.ms === null ? await shiftEnd(second) : second + choice.ms;
    send("shelve", { reason, until: new Date(end).toISOString() });
  }
  return {
    acknowledge,
    shelve,
    assign: (assignee: string | null) => send("assign", { assignee }),
    resolve: (code: string, said: string) => send("resolve", { code, ...withComment(said) }),
    escalate: (reason: string) => send("escalate", { reason }),
    noise: (said: string) => send("noise", withComment(said)),
  };
}
