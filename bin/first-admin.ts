/** Who administers a new tower: a link for the terminal that started it, good once and for an hour. */
import { setTimeout as sleep } from "node:timers/promises";

const TRIES = 5;

/** The link to show; null when there is somebody who may administer, or no way to ask. */
export async function firstAdminLink(url: string, key: string): Promise<string | null> {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const answer = await fetch(`${url}/api/v1/users/first-admin-link`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(5_000),
    }).catch(() => null);
    if (answer?.status === 201) {
      const { path } = (await answer.json()) as { path: string };
      return url + path;
    }
    if (answer !== null && answer.status < 500) return null;
    await sleep(500);
  }
  return null;
}

export const firstAdminWords = (link: string): string =>
  `There is no administrator yet. Open this once, within 60 minutes, to become it:\n  ${link}`;
