/**
 * What somebody says of a task that a wall shows: I take it, it is done, somebody else may. Whoever takes it owns its orders; what is done is noted at them. The stages of
 * orders come from scans alone, so "done" moves none: it takes the task off the walls for a quarter of an hour, and if it is still there then it was not done.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ActionName } from "../../domain/contract/api.ts";
import { GLOBAL_KEYS } from "../../domain/contract/keys.ts";
import type { WallTask } from "../../domain/contract/walls.ts";
import type { Site } from "../../domain/site.ts";
import { incidentTask } from "../../domain/walls/incident-tasks.ts";
import { ordersOfTask, tasksOf } from "../../domain/walls/tasks.ts";
import type { AuditWrite } from "../audit.ts";
import type { SiteBoard } from "../decorators.ts";
import { isInForce, wordField, type StoredWord } from "../displays/book.ts";
import { incidentFor } from "../incidents/audience.ts";
import { actOnMany } from "../orders/act-on-many.ts";
import type { ActionBody } from "../orders/action-event.ts";
import { problem } from "../problem.ts";

const MOST_ORDERS = 50;
const KEEP_WORDS_MS = 86_400_000;

export const FLOOR_WORDS = ["take", "done", "leave"] as const;
export type FloorWord = (typeof FLOOR_WORDS)[number];
export type FoundTask = { task: WallTask; orders: string[]; word: StoredWord | undefined };

const over = () =>
  problem("CT_ERR_NOT_FOUND", "There is nothing like it any more: it is done, or it is over.");

function taskIn(view: SiteBoard, site: Site, id: string, now: number): Omit<FoundTask, "word"> {
  const incident = view.incidents.get(id);
  if (incident !== undefined && incident.state !== "resolved")
    return {
      task: incidentTask(incidentFor("reduced", incident), site),
      orders: incident.orders.slice(0, MOST_ORDERS),
    };
  const rows = view.sorted();
  const task = tasksOf(rows, site, now).find((one) => one.id === id);
  if (task === undefined) throw over();
  const orders = ordersOfTask(rows, site, id).slice(0, MOST_ORDERS);
  return { task: { ...task, state: "open" }, orders };
}

/** As it is now. Refuses with 404 what is not there for anybody any more. */
export function findTask(app: FastifyInstance, site: Site, id: string): FoundTask {
  const view = app.live.board(site.id);
  if (view === undefined)
    throw problem("CT_ERR_UNAVAILABLE", "The board was not read yet. Try again in a moment.");
  const now = app.now();
  const { task, orders } = taskIn(view, site, id, now);
  const word = app.displays.book.said(site.id, id, now);
  return { task: word === undefined ? task : { ...task, state: word.state }, orders, word };
}

/** Words that count for nothing any more make room. */
const forgotten = (words: ReadonlyMap<string, StoredWord>, now: number): AuditWrite[] =>
  [...words]
    .filter(([, { at }]) => now - at > KEEP_WORDS_MS)
    .map(([field]) => ({ key: GLOBAL_KEYS.floorWords, field, value: null }));

function refuseIfTaken(word: StoredWord | undefined, who: string, now: number): void {
  if (word === undefined || word.by === who || !isInForce(word, now)) return;
  const what = word.state === "done" ? "says that it is done" : "has it";
  throw problem("CT_ERR_CONFLICT", `${word.by} ${what}.`, { members: { owner: word.by } });
}

const EFFECTS: Readonly<Record<FloorWord, (who: string) => [ActionName, ActionBody]>> = {
  take: (who) => ["assign", { assignee: who }],
  leave: () => ["assign", { assignee: null }],
  done: () => ["note", { text: "Said to be done on the floor" }],
};

export async function sayOfTask(
  app: FastifyInstance,
  request: FastifyRequest,
  site: Site,
  id: string,
  word: FloorWord,
): Promise<FoundTask> {
  const { orders } = findTask(app, site, id);
  const { book } = app.displays;
  const { principal, ip } = request;
  const now = app.now();
  const field = wordField(site.id, id);
  const before = book.words().get(field);
  refuseIfTaken(before, principal.name, now);
  const state = word === "done" ? ("done" as const) : ("taken" as const);
  const next = word === "leave" ? null : { state, by: principal.name, at: now };
  const entry = {
    who: principal.name,
    what: `floor.${word}`,
    where: ip,
    site: site.id,
    subject: id,
  };
  await app.audit.change({ ...entry, after: { orders } }, [
    {
      key: GLOBAL_KEYS.floorWords,
      field,
      value: next === null ? null : JSON.stringify(next),
      was: before === undefined ? null : JSON.stringify(before),
    },
    ...forgotten(book.words(), now).filter((write) => write.field !== field),
  ]);
  await book.reload(true);
  const [action, body] = EFFECTS[word](principal.name);
  if (orders.length > 0) await actOnMany(app, request, site.id, orders, action, body);
  return findTask(app, site, id);
}
