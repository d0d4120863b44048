/** What the reference page shows of its own: our name and sign, and the operations by what they are about, in the order in which somebody who integrates needs them. */
import { readFileSync } from "node:fs";

const icon = readFileSync(new URL("../../client/public/icon.svg", import.meta.url), "utf8");

/** The bar of the page's library asks for another document's address: there is only this one. The codes of refusals scroll, so that the operations are on the first screen. */
const STYLE = `
.swagger-ui .topbar { display: none }
.swagger-ui .info { margin: 24px 0 }
.swagger-ui .info table { display: block; max-height: 18em; overflow: auto }
.swagger-ui .info :is(th, td) { padding-inline-end: 16px }
`;

export const PAGE_THEME = {
  title: "Control Tower: reference",
  css: [{ filename: "page.css", content: STYLE }],
  favicon: [
    { filename: "icon.svg", rel: "icon", sizes: "any", type: "image/svg+xml", content: icon },
  ],
};

const TAGS = {
  events: "What happens in a warehouse, one by one or many at once, and what became of it",
  interchange: "Whole documents of others: shops and carriers, EPCIS, X12, CSV",
  orders: "Orders as they stand, and all that is known of one",
  actions: "What is done to orders: hold, release, assign, expedite, note, cancel, correct, undo",
  board: "The live board, its trucks and numbers",
  incidents: "Causes that need somebody, who has them, and the handover between shifts",
  floor: "Tasks that whoever scans them takes",
  forecast: "What is likely to come, and what would help",
  analytics: "What was, what it means, and the orders behind each figure",
  config: "Sites, calendars, plans, policies, connectors: versioned, checked, tried dry",
  webhooks: "Who outside is told of what, and what came of it",
  channels: "Where messages go besides people",
  displays: "Walls: paired, shown, steered",
  views: "Views of the board under a name",
  "dead letters": "Events that could not be applied, to be replayed",
  audit: "Who did what",
  "personal data": "What is kept of a person: told, and erased",
  keys: "Machines and what they may do",
  users: "People and what they may do",
  session: "Logging in and out",
  account: "One's own password, sessions and preferences",
  health: "Whether it lives, whether it works, and its numbers",
  documentation: "This page",
} as const;

/** Every tag of an operation is one of these. */
export const PAGE_TAGS = Object.entries(TAGS).map(([name, description]) => ({ name, description }));
