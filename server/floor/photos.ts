/**
 * Photos of damage: the pictures in the data directory, what is known of them in Redis. A picture is on disk before it is known. They end with the order's personal
 * fields, since a label may be on them. Several servers share the directory, or each shows those that it took.
 */
import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Site } from "../../domain/site.ts";
import { DAY_MS } from "../../domain/wall-clock.ts";
import type { DisplayStore, PhotoFacts } from "../displays/store.ts";
import { problem } from "../problem.ts";
import type { Photo } from "./photo-file.ts";

const MOST_AN_ORDER = 20;
const DEFAULT_DAYS = 90;

export type KnownPhoto = PhotoFacts & { id: string };
type Store = Pick<DisplayStore, "photos" | "keepPhoto" | "dropPhotos" | "photosBefore">;
type Deps = {
  store: Store;
  folder: string;
  now: () => number;
  /** one that could not be ended; it is tried again at the next sweep */
  onLeft?: (site: string, error: unknown) => void;
};
export type Photos = ReturnType<typeof createPhotos>;

/** On disk under its name only when it is whole. */
async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const file = await open(`${path}.part`, "w", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
}

/** Pictures of which nobody knows any more, or never did: whoever took them failed before they were known, or after they were forgotten. */
async function dropStray(
  folder: string,
  before: number,
  onLeft: (error: unknown) => void,
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs < before) await rm(path, { force: true }).catch(onLeft);
  }
}

export function createPhotos({ store, folder, now, onLeft = () => {} }: Deps) {
  /** Both names are ours: a configured site and hex digits. */
  const pathOf = (site: string, id: string): string => join(folder, site, id);

  async function list(site: string, order: string): Promise<KnownPhoto[]> {
    const texts = await store.photos(site, order);
    return Object.entries(texts)
      .map(([id, text]) => ({ id, ...(JSON.parse(text) as PhotoFacts) }))
      .toSorted((a, b) => a.at - b.at);
  }

  async function drop(site: string, order: string, ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => rm(pathOf(site, id), { force: true })));
    await store.dropPhotos(site, order, ids);
  }

  return {
    list,
    async add(site: string, order: string, by: string, photo: Photo): Promise<KnownPhoto> {
      if ((await list(site, order)).length >= MOST_AN_ORDER)
        throw problem(
          "CT_ERR_CONFLICT",
          `There are ${MOST_AN_ORDER} photos of this order already.`,
        );
      const id = randomBytes(12).toString("hex");
      const { type, width, height, bytes } = photo;
      await mkdir(join(folder, site), { recursive: true, mode: 0o700 });
      await writeWhole(pathOf(site, id), bytes);
      const facts = { type, bytes: bytes.length, width, height, by, at: now() };
      await store.keepPhoto(site, order, id, facts);
      return { id, ...facts };
    },
    /** null when it is not one of that order, or its picture is elsewhere */
    async read(
      site: string,
      order: string,
      id: string,
    ): Promise<{ type: string; bytes: Buffer } | null> {
      const known = (await list(site, order)).find((one) => one.id === id);
      if (known === undefined) return null;
      const bytes = await readFile(pathOf(site, id)).catch(() => null);
      return bytes === null ? null : { type: known.type, bytes };
    },
    async forget(site: string, order: string): Promise<void> {
      await drop(site, order, Object.keys(await store.photos(site, order)));
    },
    /** Ends those whose time is over. One that cannot be ended keeps no other. */
    async sweep(sites: readonly Site[]): Promise<void> {
      for (const { id: site, personalDays = DEFAULT_DAYS } of sites) {
        const left = (error: unknown): void => onLeft(site, error);
        const before = now() - personalDays * DAY_MS;
        const over = await store.photosBefore(site, before);
        for (const [order, photo] of over) await drop(site, order, [photo]).catch(left);
        await dropStray(join(folder, site), before, left);
      }
    },
  };
}
