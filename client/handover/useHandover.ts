/** The report of a shift: read, edited and signed. What somebody else changed first is read again, and said. */
import { shallowRef, watch } from "vue";
import type { HandoverEdit, HandoverView } from "../../domain/contract/handover.ts";
import type { Problem } from "../../domain/contract/ingest.ts";
import { http, problemOf } from "../realtime/http.ts";

export type HandoverState = { report: HandoverView | null; problem: Problem | null };

const nameOf = ({ report }: HandoverState): string =>
  report === null ? "" : `${report.site} ${report.id}`;

export function useHandover(of: () => { site: string; shift: string }) {
  const state = shallowRef<HandoverState>({ report: null, problem: null });
  let asked = 0;

  const query = (): string => new URLSearchParams({ site: of().site }).toString();

  async function take(work: Promise<HandoverView>): Promise<boolean> {
    const mine = ++asked;
    try {
      const report = await work;
      if (mine === asked) state.value = { report, problem: null };
      return true;
    } catch (error) {
      if (mine === asked) state.value = { ...state.value, problem: problemOf(error) };
      return false;
    }
  }

  function read(): Promise<boolean> {
    const { site, shift } = of();
    const asking = new URLSearchParams({ site, shift });
    return take(http<HandoverView>("GET", `/api/v1/handover?${asking}`));
  }

  const pathOf = (report: HandoverView, rest = ""): string =>
    `/api/v1/handover/${encodeURIComponent(report.id)}${rest}?${query()}`;

  let last: Promise<boolean> = Promise.resolve(true);
  /** One change after the other, each on the version that the one before made: leaving a field by pressing "Sign" is two at once. */
  function change(work: (report: HandoverView) => Promise<HandoverView>): Promise<boolean> {
    const meant = nameOf(state.value);
    last = last.then(() => {
      const { report } = state.value;
      // another report may be shown by now
      return report === null || nameOf(state.value) !== meant ? false : take(work(report));
    });
    return last;
  }

  const edit = (wish: Omit<HandoverEdit, "ifVersion">): Promise<boolean> =>
    change((report) =>
      http("PUT", pathOf(report), { body: { ...wish, ifVersion: report.version } }),
    );

  const sign = (as: "leaving" | "coming"): Promise<boolean> =>
    change((report) =>
      http("POST", pathOf(report, "/sign"), { body: { as, ifVersion: report.version } }),
    );

  watch(
    () => `${of().site} ${of().shift}`,
    () => {
      state.value = { report: null, problem: null };
      void read();
    },
    { immediate: true },
  );
  return { state, read, edit, sign };
}
