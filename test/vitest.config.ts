import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const root = fileURLToPath(new URL("..", import.meta.url));
const e2e = (...names: string[]) => names.map((name) => `test/e2e/${name}.e2e.test.ts`);
/** What kills and freezes its own processes and counts the seconds until they are back runs with nothing beside it. */
const alone = e2e("start", "workers");
/** What does so too, and mostly waits or allows for a machine that is busy, runs beside its like. */
const calm = e2e("chaos", "wall-soak", "escalation", "clocks");
/** What asks a Redis, or waits for a fault to be over, waits most of the time: three of them are needed to keep two cores busy. */
const WAITING = 3;

/** What takes longest begins first, so that all lanes end together: on a clean checkout Vitest knows no durations and takes the largest file for the longest. */
const LONGEST = [
  "test/evaluate/incidents/gate.test.ts",
  "test/server/matrix.test.ts",
  "test/workers/notices/notify.redis.test.ts",
  "test/workers/history-ahead.redis.test.ts",
  ...e2e(
    "screens",
    "walls",
    "analytics",
    "board-work",
    "people",
    "real-input",
    "board",
    "history-chaos",
    "rewind",
  ),
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const at = [...LONGEST, ...calm].findIndex((name) => moduleId.endsWith(name));
      return project.config.sequence.groupOrder * 100 + (at < 0 ? 99 : at);
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
const sameDice = ["test/support/same-dice.ts"];
/** What a page is waited to become: a second, which is the library's own, is not enough on a machine that does other things. */
const patient = { poll: { timeout: 20_000 } };
const needs = ["test/**/*.redis.test.ts", "test/**/*.e2e.test.ts"];

/**
 * Six projects, told apart by what a test needs: `unit` nothing, `client` a pretended DOM, `redis` a Redis of its
 * own, `e2e` whole processes and a browser, `e2e-calm` little beside it, `e2e-alone` the machine for itself. Few run at a time, for the target machine has two cores, but more than Vitest would take of itself.
 */
export default defineConfig({
  root,
  test: {
    root,
    passWithNoTests: true,
    sequence: { sequencer: LongestFirst },
    coverage: { provider: "v8", include: ["domain/**/*.ts"], reportsDirectory: "coverage" },
    projects: [
      {
        root,
        test: {
          name: "unit",
          setupFiles: sameDice,
          // modules are read once a worker instead of once a file: what they hold is made anew by each test
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["test/client/**", ...needs],
          environment: "node",
          maxWorkers: 2,
          // building a whole server takes a second, and ten on a machine that does other things
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        root,
        plugins: [vue()],
        test: {
          name: "client",
          setupFiles: sameDice,
          // a document is made once a worker instead of once a file: that took most of the time
          isolate: false,
          include: ["test/client/**/*.test.ts"],
          exclude: needs,
          environment: "happy-dom",
          maxWorkers: 2,
        },
      },
      {
        root,
        test: {
          name: "redis",
          setupFiles: sameDice,
          include: ["test/**/*.redis.test.ts"],
          environment: "node",
          maxWorkers: WAITING,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        root,
        test: {
          name: "e2e",
          include: ["test/**/*.e2e.test.ts"],
          exclude: [...alone, ...calm],
          environment: "node",
          // two browsers with their towers keep both cores busy; a third has all of them wait for seconds
          maxWorkers: 2,
          expect: patient,
          sequence: { groupOrder: 1 },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        root,
        test: {
          name: "e2e-calm",
          include: calm,
          environment: "node",
          maxWorkers: WAITING,
          expect: patient,
          sequence: { groupOrder: 2 },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        root,
        test: {
          name: "e2e-alone",
          include: alone,
          environment: "node",
          fileParallelism: false,
          maxWorkers: 1,
          expect: patient,
          sequence: { groupOrder: 3 },
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
