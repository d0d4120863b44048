/** Makes of what was read what a turn starts from: decodes and folds. */
import type { Row } from "../../domain/board.ts";
import { decodeOrderRecord } from "../../domain/contract/order-record.ts";
import type { StoredOutlook } from "../../domain/contract/stored.ts";
import type { EffectType } from "../../domain/effects.ts";
import { EMPTY_FOLD, inFoldOrder } from "../../domain/fold.ts";
import type { SitePolicy } from "../../domain/site.ts";
import { type Foresee, type OrderView, loadedView } from "../../domain/turn/order-view.ts";
import type { Rules } from "../../domain/turn/rules.ts";
import type { TurnStart } from "../../domain/turn/turn.ts";
import type { Fetched, Standing } from "./reader.ts";
import type { Views } from "./views.ts";

export type Policies = {
  current: SitePolicy;
  of: (version: number) => SitePolicy;
  /** what somebody outside wants to be told of; nothing when left out */
  wanted?: ReadonlySet<EffectType>;
  /** who forecasts the site's orders in this process */
  foresee?: Foresee | undefined;
};

const NOTHING: ReadonlySet<EffectType> = new Set();

type Text = string | null | undefined;
/** What is kept of an order beside its record. */
type Beside = { row: Text; said: Text; incident: Text };

/** What a stored record says. Throws when it cannot be read. */
function viewFrom(
  { site, rules }: { site: string; rules: Rules },
  id: string,
  text: string,
  { row, said, incident }: Beside,
  policies: Policies,
): OrderView {
  const stored = decodeOrderRecord(text, site, id);
  const record = { ...stored, events: [...inFoldOrder(stored.events)] };
  const policy = policies.of(record.policy);
  const folded = rules.foldOn(EMPTY_FOLD, record.events, policy);
  const written = row == null ? null : (JSON.parse(row) as Row);
  const outlook = said == null ? undefined : (JSON.parse(said) as StoredOutlook);
  const size = text.length;
  const basis = { id, record, folded, size, outlook, incident: incident ?? undefined };
  return loadedView(basis, written, policy, rules);
}

export function createOpener(site: string, rules: Rules, views: Views) {
  /** Decodes and folds what was fetched, of these orders only. Records that cannot be read are named, and hurt nobody else. */
  function open(fetched: Fetched, ids: readonly string[], policies: Policies) {
    const opened = new Map<string, OrderView>();
    const unreadable = new Map<string, string>();
    const places = new Map(fetched.ids.map((id, place) => [id, place]));
    for (const id of ids) {
      const kept = views.get(id);
      const place = places.get(id);
      if (kept !== undefined) opened.set(id, kept);
      if (kept !== undefined || place === undefined) continue;
      const text = fetched.records[place] ?? fetched.stubs[place];
      if (text == null) continue;
      try {
        const { rows, outlooks, incidents } = fetched;
        const beside = { row: rows[place], said: outlooks[place], incident: incidents[place] };
        opened.set(id, viewFrom({ site, rules }, id, text, beside, policies));
      } catch (error) {
        unreadable.set(id, error instanceof Error ? error.message : String(error));
      }
    }
    return { views: opened, unreadable };
  }

  /** What a turn starts from, at this standing. */
  function startOf(
    at: Standing,
    cursor: string,
    fetched: Fetched,
    ids: readonly string[],
    policies: Policies,
  ): TurnStart {
    const { dead, stubs } = at;
    const { now, facts, deadLetters, tombstones } = fetched;
    return {
      site,
      policy: policies.current,
      policyOf: policies.of,
      rules,
      now,
      seq: at.seq + 1,
      cursor,
      dead,
      stubs,
      facts,
      deadLetters,
      tombstones,
      wanted: policies.wanted ?? NOTHING,
      foresee: policies.foresee,
      ...open(fetched, ids, policies),
    };
  }

  return startOf;
}
