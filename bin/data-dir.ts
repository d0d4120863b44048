/** The directory that `CT_DATA_DIR` names, made when it is not there. */
import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/** Folder by folder: where nothing can be made (`/proc`) Node's own way of making all of them never ends. */
function makeFolders(folder: string): void {
  if (!existsSync(dirname(folder))) makeFolders(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}

/** Throws with the variable's name when there cannot be such a directory. */
export function makeDataDir(dataDir: string): void {
  try {
    if (!existsSync(dataDir)) makeFolders(dataDir);
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`CT_DATA_DIR: ${dataDir} cannot be used: ${why}`, { cause });
  }
}
