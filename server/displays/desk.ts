/** Claiming, changing, steering and ending walls, and telling all of a site something. Each change is one step with its audit entry. */
import {
  MESSAGE_MS,
  type DisplayClaim,
  type DisplayOrder,
  type DisplayPatch,
  type StoredDisplay,
  type WallNotice,
} from "../../domain/contract/displays.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import { hasSite, type Principal } from "../../domain/permissions.ts";
import type { Audit, AuditWrite } from "../audit.ts";
import { aboutField, problem } from "../problem.ts";
import type { DisplayBook, StoredNotice } from "./book.ts";
import type { Pairings, Waiting } from "./pairing.ts";
import { makeDisplayId } from "./secret.ts";
import { changedSettings, DEFAULT_SETTINGS } from "./views.ts";
import { createWriting, type Word, type Writing } from "./writing.ts";
import { instantOf } from "../instants.ts";

const MOST_DISPLAYS = 2_000;
/** so long a revoked display stays on the list */
const KEEP_REVOKED_MS = 7 * 86_400_000;

export type Asker = { principal: Principal; where: string };

type Deps = {
  book: DisplayBook;
  pairings: Pairings;
  audit: () => Pick<Audit, "change">;
  /** ids of the configured sites */
  sites: () => string[];
  dropTokens: (display: string) => Promise<void>;
  now: () => number;
};
export type DisplayDesk = ReturnType<typeof createDisplayDesk>;

const noSuchDisplay = () => problem("CT_ERR_NOT_FOUND", "There is no such display for you.");
function createWork({ book, sites, now }: Deps, { changeIt }: Writing) {
  const change = (
    { word, id, asker }: { word: Word; id: string; asker: Asker },
    changed: (before: StoredDisplay) => StoredDisplay,
  ): Promise<StoredDisplay> => changeIt(word, () => living(asker, id), changed);

  function find({ principal }: Asker, id: string): StoredDisplay {
    const display = book.get(id);
    if (display === undefined || !hasSite(principal, display.site)) throw noSuchDisplay();
    return display;
  }

  function living(asker: Asker, id: string): StoredDisplay {
    const display = find(asker, id);
    if (display.revokedAt === null) return display;
    throw problem("CT_ERR_CONFLICT", "This display was disconnected. Pair the screen again.");
  }

  /** The site that is meant: those one does not have are not there. */
  function siteFor({ principal }: Asker, asked: string | undefined): string {
    const own = sites().filter((site) => hasSite(principal, site));
    const site = asked ?? (own.length === 1 ? own[0] : undefined);
    if (site === undefined)
      throw problem(
        "CT_ERR_SITE_REQUIRED",
        `Say which site the wall is for: ${own.join(", ")}.`,
        aboutField("/site", "body is required: you have several"),
      );
    if (!own.includes(site))
      throw problem(
        "CT_ERR_UNKNOWN_SITE",
        `There is no site ${site} for you.`,
        aboutField("/site", `has no site ${site}`),
      );
    return site;
  }

  /** Displays revoked long ago make room. */
  function forgotten(): AuditWrite[] {
    const old = book
      .all()
      .filter(({ revokedAt }) => revokedAt !== null && now() - revokedAt > KEEP_REVOKED_MS);
    if (book.all().length - old.length >= MOST_DISPLAYS)
      throw problem("CT_ERR_CONFLICT", `There are ${MOST_DISPLAYS} displays. Revoke some first.`);
    return old.map(({ id }) => ({ key: GLOBAL_KEYS.displays, field: id, value: null }));
  }

  return { change, find, siteFor, forgotten };
}

const wordOf = ({ principal, where }: Asker, what: string): Word => ({
  who: principal.name,
  where,
  what,
});

function claimed(asker: Asker, waiting: Waiting, wish: DisplayClaim, site: string, now: number) {
  return {
    id: makeDisplayId(),
    name: wish.name ?? waiting.pairing.name,
    site,
    settings: changedSettings(DEFAULT_SETTINGS, wish.settings ?? {}),
    blank: false,
    message: null,
    reloadAt: 0,
    nexts: 0,
    claimedBy: asker.principal.name,
    claimedAt: now,
    revokedAt: null,
  } satisfies StoredDisplay;
}

function ordered(display: StoredDisplay, order: DisplayOrder, now: number): StoredDisplay {
  if ("text" in order)
    return { ...display, message: { text: order.text, until: now + MESSAGE_MS } };
  if ("blank" in order) return { ...display, blank: order.blank };
  return order.command === "reload"
    ? { ...display, reloadAt: now }
    : { ...display, nexts: display.nexts + 1 };
}

export function createDisplayDesk(deps: Deps) {
  const { book, pairings, audit, now } = deps;
  const writing = createWriting(deps);
  const { write, end } = writing;
  const { change, find, siteFor, forgotten } = createWork(deps, writing);

  async function claim(asker: Asker, wish: DisplayClaim): Promise<StoredDisplay> {
    const waiting = await pairings.look(wish.code, asker.principal.name);
    const site = siteFor(asker, wish.site);
    const display: StoredDisplay = claimed(asker, waiting, wish, site, now());
    const { name, device, address } = waiting.pairing;
    const why = `${name}, ${device}, ${address}`;
    await pairings.claim(waiting, async () => {
      await write({ ...wordOf(asker, "display.claimed"), why }, null, display, forgotten());
      return display.id;
    });
    return display;
  }

  return {
    find,
    claim,
    look: (asker: Asker, code: string) => pairings.look(code, asker.principal.name),
    all: ({ principal }: Asker) => book.all().filter(({ site }) => hasSite(principal, site)),
    async patch(asker: Asker, id: string, wish: DisplayPatch): Promise<StoredDisplay> {
      const word = wordOf(asker, "display.changed");
      return change({ word, id, asker }, (before) => {
        const settings = changedSettings(before.settings, wish.settings ?? {});
        return { ...before, name: wish.name ?? before.name, settings };
      });
    },
    async order(asker: Asker, id: string, order: DisplayOrder): Promise<StoredDisplay> {
      const word = wordOf(asker, `display.${order.command}`);
      return change({ word, id, asker }, (before) => ordered(before, order, now()));
    },
    async revoke(asker: Asker, id: string): Promise<void> {
      const display = find(asker, id);
      if (display.revokedAt === null) await end(wordOf(asker, "display.revoked"), display);
    },
    /** Somebody has a copy of what opens it. */
    async endCopied(id: string): Promise<void> {
      const display = book.get(id);
      const why = "a refresh token came a second time: somebody has a copy";
      const word = { who: "system", what: "display.revoked", why };
      if (display !== undefined && display.revokedAt === null) await end(word, display);
    },
    async notify(asker: Asker, site: string, notice: WallNotice | null): Promise<void> {
      const until = notice?.until == null ? null : instantOf(notice.until);
      const kept: StoredNotice | null = notice === null ? null : { text: notice.text, until };
      const value = kept === null ? null : JSON.stringify(kept);
      const entry = { ...wordOf(asker, "display.notice"), site, after: kept };
      await audit().change(entry, [{ key: GLOBAL_KEYS.wallNotices, field: site, value }]);
      await book.reload(true);
    },
  };
}
