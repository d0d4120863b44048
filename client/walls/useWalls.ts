/** Walls as the desk sees them: read every five seconds, changed, steered, disconnected. Every call throws `ProblemError` when refused. */
import { onScopeDispose, ref } from "vue";
import type {
  DisplayClaim,
  DisplayList,
  DisplayOrder,
  DisplayPatch,
  DisplayView,
  NoticeView,
  PairingView,
  WallFrame,
  WallNotice,
} from "../../domain/contract/displays.ts";
import { http } from "../realtime/http.ts";
import { useReading } from "../ui/useReading.ts";

const PATH = "/api/v1/displays";
const EVERY_MS = 5_000;
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;
const noticePath = (site: string): string => `${PATH}/notice?site=${encodeURIComponent(site)}`;

export type Picture = { at: string | null; frame: WallFrame | null };

export const lookUp = (code: string): Promise<PairingView> =>
  http("POST", `${PATH}/look`, { body: { code } });
export const claimWall = (claim: DisplayClaim): Promise<DisplayView> =>
  http("POST", `${PATH}/claim`, { body: claim });
export const changeWall = (id: string, change: DisplayPatch): Promise<DisplayView> =>
  http("PATCH", pathOf(id), { body: change });
export const orderWall = (id: string, order: DisplayOrder): Promise<DisplayView> =>
  http("POST", `${pathOf(id)}/commands`, { body: order });
export const endWall = (id: string): Promise<void> => http("DELETE", pathOf(id));
export const readNotice = (site: string): Promise<NoticeView> => http("GET", noticePath(site));
export const writeNotice = (site: string, notice: WallNotice | { text: null }) =>
  http<NoticeView>("PUT", noticePath(site), { body: notice });

export function useWalls() {
  const pictures = ref<Record<string, Picture>>({});

  async function readPicture({ id }: DisplayView): Promise<void> {
    const picture = await http<Picture>("GET", `${pathOf(id)}/frame`).catch(() => null);
    if (picture !== null) pictures.value = { ...pictures.value, [id]: picture };
  }

  const { state, read: readWalls } = useReading(async () => {
    const { items } = await http<DisplayList>("GET", PATH);
    return { walls: items };
  });

  async function read(): Promise<void> {
    await readWalls();
    const walls = state.value.kind === "ready" ? state.value.walls : [];
    for (const wall of walls.filter((one) => one.report !== null)) await readPicture(wall);
  }

  const ticker = setInterval(() => void (document.hidden || read()), EVERY_MS);
  onScopeDispose(() => clearInterval(ticker));
  return { state, pictures, read };
}
