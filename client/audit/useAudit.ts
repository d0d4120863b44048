/** Reads the audit log page by page, and has it checked. */
import { ref, shallowRef, watch } from "vue";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";
import { type AuditView, type AuditWire, type Filters, queryOf, readEntry } from "./audit-model.ts";

export type AuditState =
  | { kind: "loading" }
  | { kind: "ready"; items: AuditView[]; next: string | null; problem: Problem | null }
  | { kind: "failed"; problem: Problem };

export type Check =
  | { kind: "none" }
  | { kind: "running" }
  | { kind: "done"; ok: boolean; entries: number; found: number; findings: Finding[] }
  | { kind: "failed"; problem: Problem };
type Finding = { n: number; is: string; words: string };
type Page = { items: AuditWire[]; next: string | null };
type Verdict = { ok: boolean; entries: number; found: number; findings: Finding[] };

const PAGE = "100";

async function readPage(filters: Filters, cursor: string | null) {
  const query = queryOf(filters);
  query.set("limit", PAGE);
  if (cursor !== null) query.set("cursor", cursor);
  const { items, next } = await http<Page>("GET", `/api/v1/audit?${query}`);
  return { items: items.map(readEntry), next };
}

/** @param filters null when it may not be read */
export function useAudit(filters: () => Filters | null) {
  const state = shallowRef<AuditState>({ kind: "loading" });
  const check = ref<Check>({ kind: "none" });
  let asked = 0;

  async function read(): Promise<void> {
    const wanted = filters();
    if (wanted === null) return;
    const mine = ++asked;
    state.value = { kind: "loading" };
    try {
      const page = await readPage(wanted, null);
      if (mine === asked) state.value = { kind: "ready", ...page, problem: null };
    } catch (error) {
      if (mine === asked) state.value = { kind: "failed", problem: problemOf(error) };
    }
  }

  async function readMore(): Promise<void> {
    const before = state.value;
    const wanted = filters();
    if (wanted === null || before.kind !== "ready" || before.next === null) return;
    const mine = ++asked;
    try {
      const { items, next } = await readPage(wanted, before.next);
      if (mine !== asked) return;
      state.value = { kind: "ready", items: [...before.items, ...items], next, problem: null };
    } catch (error) {
      if (mine === asked) state.value = { ...before, problem: problemOf(error) };
    }
  }

  async function verify(): Promise<void> {
    check.value = { kind: "running" };
    try {
      const { ok, entries, found, findings } = await http<Verdict>("GET", "/api/v1/audit/verify");
      check.value = { kind: "done", ok, entries, found, findings };
    } catch (error) {
      check.value = { kind: "failed", problem: problemOf(error) };
    }
  }

  watch(() => JSON.stringify(filters()), read, { immediate: true });
  return { state, check, read, readMore, verify };
}
