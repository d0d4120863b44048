/** A secret that is missing beside what was sealed with it: with another one names and addresses would be unreadable, and nobody would be told. So none is made, and whoever starts is told. */
import { GLOBAL_KEYS } from "./keys.ts";

/** The sites are the first that a tower writes into a Redis. */
export const SIGN_OF_SEALED = GLOBAL_KEYS.sites;

/** `file`: where the secret should be; `holder`: what holds the data. */
export const lostSecret = (file: string, holder: string): string =>
  [
    `There is no secret at ${file}, but ${holder} holds data that were sealed with one. Put it back: it is in no backup of the tower.`,
    `Only if it is lost for good, make another: head -c 32 /dev/urandom > ${file} && chmod 600 ${file}`,
    "Names and addresses kept until now then stay unreadable, and events sent again count as others under the same id.",
  ].join("\n");
