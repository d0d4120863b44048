/** What a group is called: that of an incident by its title, whenever that is known. */
import type { Group } from "../stores/board-groups.ts";
import { useIncidents } from "../stores/incidents.ts";

export function useGroupLabel(): (group: Group) => string {
  const incidents = useIncidents();
  return ({ label, incident = "" }) => {
    const title = incidents.all.get(incident)?.title;
    return title === undefined ? label : `${title} (${incident})`;
  };
}
