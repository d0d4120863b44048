/** What the login page says when single sign-on sent somebody back; the server knows more than it tells. */
const REFUSALS: Readonly<Record<string, { title: string; detail: string }>> = {
  "sign-on": {
    title: "Single sign-on did not let you in",
    detail: "Try once more. If it stays so, an administrator finds the cause in the audit.",
  },
  "no-role": {
    title: "You have no role in this tower",
    detail:
      "Your sign-on worked. Ask whoever gives roles there for one of the control tower's, then log in again.",
  },
  away: {
    title: "Single sign-on does not answer",
    detail: "Try again in a moment, or log in with name and password.",
  },
};

export const refusalWords = (reason: unknown): { title: string; detail: string } | null =>
  typeof reason === "string" && Object.hasOwn(REFUSALS, reason) ? (REFUSALS[reason] ?? null) : null;
