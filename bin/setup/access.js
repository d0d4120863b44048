import { accessSync } from "node:fs";

/**
 * Whether this user may do it with that file or folder; what is not there nobody may.
 * @param {string} path @param {number} mode of `constants`: `W_OK`, `X_OK` @returns {boolean}
 */
export function isAllowed(path, mode) {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
