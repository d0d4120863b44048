/** The small page behind a link in a message: one incident, one button, no script. */
import { ordersIn } from "../../domain/counted.ts";
import type { LinkAction } from "../../domain/contract/links.ts";
import type { Incident } from "../../domain/incidents/incident.ts";
import { inWords } from "../../domain/wall-clock.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? "");

export const BUTTONS: Readonly<Record<LinkAction, string>> = {
  acknowledge: "Acknowledge",
  assign: "I take it",
  shelve: "Shelve for an hour",
};
export const DONE: Readonly<Record<LinkAction, string>> = {
  acknowledge: "acknowledged",
  assign: "yours",
  shelve: "on the shelf for an hour",
};

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(title)} · Control Tower</title>
<link rel="stylesheet" href="/l/page.css">
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${body}
</main>
</body>
</html>
`;

const paragraph = (text: string): string => `<p>${escaped(text)}</p>`;

function facts({ id, severity, counts, actBy, doThis, owner, state }: Incident, zone: string) {
  const orders = ordersIn(counts.orders);
  const stands = state === "acknowledged" ? `${owner ?? "somebody"} has it` : state;
  return [
    paragraph(`${id} · ${severity} · ${orders} · ${stands}`),
    ...(actBy === null ? [] : [paragraph(`Act before ${inWords(zone, actBy)}.`)]),
    ...(doThis === null ? [] : [paragraph(doThis)]),
  ].join("\n");
}

export const askPage = (
  incident: Incident,
  action: LinkAction,
  person: string,
  zone: string,
): string =>
  page(
    incident.title,
    `${facts(incident, zone)}
<form method="post"><button type="submit">${BUTTONS[action]}</button></form>
${paragraph(`In the name of ${person}. This link works once.`)}
<p><a href="/inbox">Open the inbox</a></p>`,
  );

export const saidPage = (title: string, words: string): string =>
  page(title, `${paragraph(words)}\n<p><a href="/inbox">Open the inbox</a></p>`);

export const PAGE_STYLE = `:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.375rem; overflow-wrap: anywhere; }
button { font: inherit; font-weight: 600; min-height: 3rem; padding: 0 1.5rem; width: 100%; }
`;
