/** How walls are written: each change one step with its audit entry, on what stands there by then, whoever wrote that. */
import type { StoredDisplay } from "../../domain/contract/displays.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { Audit, AuditWrite } from "../audit.ts";
import { isProblem } from "../problem.ts";
import type { DisplayBook } from "./book.ts";

/** how often a change is tried on what somebody else has just written */
const MOST_TRIES = 3;

export type Word = { who: string; where?: string; what: string; why?: string };
type Deps = {
  book: DisplayBook;
  audit: () => Pick<Audit, "change">;
  dropTokens: (display: string) => Promise<void>;
  now: () => number;
};
export type Writing = ReturnType<typeof createWriting>;

const writeOf = (before: StoredDisplay | null, after: StoredDisplay): AuditWrite => ({
  key: GLOBAL_KEYS.displays,
  field: after.id,
  value: JSON.stringify(after),
  was: before === null ? null : JSON.stringify(before),
});

export function createWriting({ book, audit, dropTokens, now }: Deps) {
  async function write(
    word: Word,
    before: StoredDisplay | null,
    after: StoredDisplay,
    others: AuditWrite[] = [],
  ): Promise<void> {
    const entry = { ...word, site: after.site, subject: after.id };
    await audit().change({ ...entry, ...(before && { before }), after }, [
      writeOf(before, after),
      ...others,
    ]);
    await book.reload(true);
  }

  /** A change says what shall be different, not what stood there: what another server wrote within the last seconds is read, and kept. */
  async function changeIt(
    word: Word,
    find: () => StoredDisplay,
    changed: (before: StoredDisplay) => StoredDisplay,
  ): Promise<StoredDisplay> {
    for (let tries = 1; ; tries += 1) {
      const before = find();
      const after = changed(before);
      try {
        await write(word, before, after);
        return after;
      } catch (error) {
        const isBehind = isProblem(error) && error.code === "CT_ERR_CONFLICT";
        if (!isBehind || tries === MOST_TRIES) throw error;
        await book.reload(true);
      }
    }
  }

  /** Also one that was changed elsewhere a moment ago: who ends it means it, whatever it shows. */
  async function end(word: Word, display: StoredDisplay): Promise<void> {
    const { id } = display;
    const ended = { revokedAt: now(), revokedBy: word.who };
    await changeIt(
      word,
      () => book.get(id) ?? display,
      (before) => (before.revokedAt === null ? { ...before, ...ended } : before),
    );
    await dropTokens(id);
  }

  return { write, changeIt, end };
}
