/**
 * Snapshots of boards as text, page by page, each made once and used for everybody who opens within two seconds: after a restart all boards open at once.
 * A snapshot that is some commits old is whole again with one delta, so the board may move on meanwhile.
 */
import type { Row } from "../../domain/board.ts";
import { rowsFor, type Audience } from "../audience.ts";
import type { LiveBoard } from "./live-board.ts";

const KEPT_MS = 2_000;

export type Snapshot = {
  epoch: string;
  seq: number;
  total: number;
  /** JSON of `count` rows from the place `from` on, the most urgent first, without those that are `gone` */
  page(from: number, count: number, gone?: ReadonlySet<string>): string;
};

const NOTHING: ReadonlySet<string> = new Set();

/** The text of a page: made once, and anew when other rows of it have left the board since. */
function createPage(audience: Audience, rows: Row[]) {
  let made: { without: string; text: string } | undefined;
  return (gone: ReadonlySet<string>): string => {
    const left = gone.size === 0 ? [] : rows.filter(({ id }) => gone.has(id));
    const without = JSON.stringify(left.map(({ id }) => id));
    if (made?.without !== without) {
      const kept = left.length === 0 ? rows : rows.filter(({ id }) => !gone.has(id));
      made = { without, text: JSON.stringify(rowsFor(audience, kept)) };
    }
    return made.text;
  };
}

function createSnapshot({ view }: LiveBoard, audience: Audience): Snapshot {
  const { epoch, seq } = view;
  const rows: Row[] = view.sorted();
  const pages = new Map<string, ReturnType<typeof createPage>>();
  return {
    epoch,
    seq,
    total: rows.length,
    page(from, count, gone = NOTHING) {
      const key = `${from}+${count}`;
      const page = pages.get(key) ?? createPage(audience, rows.slice(from, from + count));
      pages.set(key, page);
      return page(gone);
    },
  };
}

export type Snapshots = (board: LiveBoard, audience: Audience) => Snapshot;

export function createSnapshots(): Snapshots {
  const kept = new Map<string, Snapshot>();
  return (board, audience) => {
    const key = `${board.view.site}\u0000${audience}`;
    const known = kept.get(key);
    if (known !== undefined && known.epoch === board.view.epoch && known.seq <= board.view.seq)
      return known;
    const made = createSnapshot(board, audience);
    kept.set(key, made);
    // a large board is tens of megabytes of text: not kept longer than it is of use
    setTimeout(() => kept.get(key) === made && kept.delete(key), KEPT_MS).unref();
    return made;
  };
}
