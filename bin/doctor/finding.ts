/** What the doctor tells: something to do, or that it could not look. */
export type Finding = {
  area: "redis" | "disk" | "secrets" | "network" | "versions" | "time" | "config" | "history";
  /** `problem`: a promise is broken. `warning`: one is weaker. `unseen`: it could not be looked at. */
  level: "problem" | "warning" | "unseen";
  what: string;
  /** what to do about it */
  remedy: string;
};

type Say = (what: string, remedy: string) => Finding;
export const say = (area: Finding["area"]): Record<Finding["level"], Say> => ({
  problem: (what, remedy) => ({ area, level: "problem", what, remedy }),
  warning: (what, remedy) => ({ area, level: "warning", what, remedy }),
  unseen: (what, remedy) => ({ area, level: "unseen", what, remedy }),
});

/** Whether `version` is at least `floor`, number by number. */
export function isAtLeast(version: string, floor: string): boolean {
  const [have, want] = [version, floor].map((text) => text.split(/[.-]/).map(Number));
  for (const [place, number] of (want ?? []).entries()) {
    const own = have?.[place] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}
