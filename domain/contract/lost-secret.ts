/** A secret that is missing beside what was sealed with it: with another one names and addresses would be unreadable, and nobody would be told. So none is made, and whoever starts is told. */
import { GLOBAL_KEYS } from "./keys.ts";

/** The sites are the first that a tower writes into a Redis. */
export const SIGN_OF_SEALED = GLOBAL_KEYS.sites;

/** Bytes of a secret, at least. */
export const SECRET_BYTES = 32;

const wayOut = (file: string, holder: string): string[] => [
  `${holder} holds data that were sealed with one. Put it back: it is in no backup of the tower.`,
  `Only if it is lost for good, make another: head -c ${SECRET_BYTES} /dev/urandom > ${file} && chmod 600 ${file}`,
  "Names and addresses kept until now then stay unreadable, and events sent again count as others under the same id.",
];

/** `file`: where the secret should be; `holder`: what holds the data. */
export const lostSecret = (file: string, holder: string): string => {
  const [held, ...rest] = wayOut(file, holder);
  return [`There is no secret at ${file}, but ${held}`, ...rest].join("\n");
};

/** The same of one that is there and cut off; `holder` is null when nothing was sealed yet. */
export const tornSecret = (file: string, bytes: number, holder: string | null): string => {
  const found = `${file} holds ${bytes} bytes; a secret has ${SECRET_BYTES} or more.`;
  if (holder === null) return `${found} Remove it: another is made at the next start.`;
  const [held, ...rest] = wayOut(file, holder);
  return [`${found} And ${held}`, ...rest].join("\n");
};
