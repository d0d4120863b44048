/** How often a password may be guessed: 10 wrong tries in 15 minutes for a name from one address, 100 an hour for an address. Kept by this process. */
import { problem } from "./problem.ts";

type Window = { count: number; endsAt: number };
type Rule = { most: number; withinMs: number };

const BY_NAME: Rule = { most: 10, withinMs: 15 * 60_000 };
const BY_ADDRESS: Rule = { most: 100, withinMs: 3_600_000 };
const REMEMBER_AT_MOST = 20_000;

export type LoginLimit = {
  /** throws CT_ERR_TOO_MANY_REQUESTS; otherwise counts this try as wrong until `forgive` */
  take(name: string, address: string): void;
  /** the password was right: its try does not count */
  forgive(name: string, address: string): void;
};

export function createLoginLimit(now: () => number): LoginLimit {
  const windows = new Map<string, Window>();

  function sweep(): void {
    if (windows.size < REMEMBER_AT_MOST) return;
    for (const [key, { endsAt }] of windows) if (endsAt <= now()) windows.delete(key);
  }

  function current(key: string, rule: Rule): Window {
    const known = windows.get(key);
    if (known !== undefined && known.endsAt > now()) return known;
    sweep();
    const fresh = { count: 0, endsAt: now() + rule.withinMs };
    windows.set(key, fresh);
    return fresh;
  }

  const both = (name: string, address: string): [Window, Rule][] => [
    [current(`${address}\u0000${name}`, BY_NAME), BY_NAME],
    [current(address, BY_ADDRESS), BY_ADDRESS],
  ];

  return {
    take(name, address) {
      const found = both(name, address);
      const full = found.find(([window, rule]) => window.count >= rule.most);
      if (full !== undefined)
        throw problem("CT_ERR_TOO_MANY_REQUESTS", "Too many wrong passwords. Try again later.", {
          retryAfterSeconds: Math.ceil((full[0].endsAt - now()) / 1000),
        });
      for (const [window] of found) window.count += 1;
    },
    forgive(name, address) {
      for (const [window] of both(name, address)) window.count = Math.max(0, window.count - 1);
    },
  };
}
