/** What is to be done, in words, and the address that its code leads to. */
import type { WallTask } from "../../domain/contract/walls.ts";

type Translate = (key: string, named: Record<string, unknown>) => string;

export function taskTitle(task: WallTask, t: Translate): string {
  const { title, process, zone, orders: count } = task;
  if (title !== undefined) return title;
  if (process === "pick" && zone !== undefined) return t("do.pickZone", { zone, count });
  return t(`do.${process ?? "dock"}`, { count });
}

export function taskAddress(
  { id, incident }: WallTask,
  site: string,
  origin: string = location.origin,
): string {
  const query = new URLSearchParams({
    site,
    ...(incident === undefined ? { task: id } : { incident }),
  });
  return `${origin}/floor?${query}`;
}
