/** What a backup holds: the files, what they say of themselves, and their checksums. */
import type { CopiedHistory } from "../../history/backup.ts";
import type { Entry } from "./tar.ts";

export const REDIS_FILE = "redis.rdb";
export const MANIFEST_FILE = "manifest.json";
/** the last file: the checksum of the manifest, which holds those of all others */
export const SEAL_FILE = "manifest.sha256";
export const ERASURES_FILE = "erasures.ndjson";
export const SITES_FILE = "sites.json";

export type Manifest = {
  format: 1;
  /** RFC 3339: what is in it happened before that */
  at: string;
  redisVersion: string;
  /** tells whether a secret is the one that personal fields in it are sealed with; null when there was none, missing in older backups */
  secretMark?: string | null;
  history: { store: "sqlite" | "postgres"; file: string | null; content: CopiedHistory | null };
  files: Entry[];
};
