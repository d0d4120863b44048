/** The machine keys of this tower: read, made, changed. Every call throws `ProblemError` when refused. */
import type {
  KeyCreate,
  KeyPatch,
  KeyView,
  KeyWithSecret,
} from "../../domain/contract/machine-keys.ts";
import { everyItem, http } from "../realtime/http.ts";
import { useReading } from "../ui/useReading.ts";

const PATH = "/api/v1/keys";
const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;

export const createKey = (wish: KeyCreate): Promise<KeyWithSecret> =>
  http("POST", PATH, { body: wish });
export const changeKey = (id: string, change: KeyPatch): Promise<KeyView> =>
  http("PATCH", pathOf(id), { body: change });
export const rotateKey = (id: string, oldForMs: number): Promise<KeyWithSecret> =>
  http("POST", `${pathOf(id)}/rotate`, { body: { oldForMs } });
export const revokeKey = (id: string): Promise<void> => http("DELETE", pathOf(id));

export const useKeys = () => useReading(async () => ({ keys: await everyItem<KeyView>(PATH) }));
