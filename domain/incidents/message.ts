/** What a message says: the same facts for every way, in plain words and without names of customers. Pure; times are the site's. */
import { countOf, ordersIn } from "../counted.ts";
import { inWords } from "../wall-clock.ts";
import type { Notice } from "./notice.ts";

export type Link = { label: string; url: string };
export type Message = { subject: string; lines: string[]; links: Link[] };

const WHY: Readonly<Record<Notice["why"], string>> = {
  escalated: "Escalated",
  assigned: "Assigned to you",
  mentioned: "You were called",
  "ack-expired": "Unowned again",
  returned: "Back from the shelf",
  worse: "Worse than before",
  flood: "Flood of alarms",
  handover: "Handed over",
};

const orders = (count: number): string | null => (count === 0 ? null : ordersIn(count));

const factsOf = ({ site, orders: count, actBy }: Notice, zone: string): string =>
  [site, orders(count), actBy === null ? null : `act before ${inWords(zone, actBy)}`]
    .filter((part) => part !== null)
    .join(" · ");

/** One notice. `links` are those of one person; a channel gets the one that opens the incident alone. */
export function messageOf(notice: Notice, zone: string, links: readonly Link[]): Message {
  const { severity, title, words, doThis, why } = notice;
  const lines = [factsOf(notice, zone), words, ...(doThis === null ? [] : [`Do this: ${doThis}`])];
  return { subject: `[${severity}] ${WHY[why]}: ${title}`, lines, links: [...links] };
}

const WORST_FIRST = (a: Notice, b: Notice): number =>
  a.severity < b.severity ? -1 : Number(a.severity > b.severity) || a.at - b.at;

/** So many of a digest can be answered from the message; the others from the inbox. */
const MOST_ANSWERED = 5;

/**
 * Many as one, of one site or several: of each incident the last that was said, the gravest first. `zoneOf`: of a site; `links`: where all of them are; `answers`: the links of one notice,
 * the first of which opens it.
 */
export function digestOf(
  notices: readonly Notice[],
  zoneOf: (site: string) => string,
  links: readonly Link[],
  answers: (notice: Notice) => readonly Link[],
): Message {
  const newest = new Map<string, Notice>();
  for (const notice of notices) {
    const key = `${notice.site} ${notice.incident}`;
    const known = newest.get(key);
    if (known === undefined || known.at <= notice.at) newest.set(key, notice);
  }
  const sorted = [...newest.values()].sort(WORST_FIRST);
  const worst = sorted[0]?.severity ?? "S4";
  const lines = sorted.map(
    (one) => `[${one.severity}] ${one.incident} ${one.title}: ${factsOf(one, zoneOf(one.site))}`,
  );
  const count = countOf(sorted.length, "incident");
  const own = sorted
    .slice(0, MOST_ANSWERED)
    .flatMap((one) =>
      answers(one).map(({ label, url }) => ({ label: `${one.incident}: ${label}`, url })),
    );
  return { subject: `[${worst}] ${count}`, lines, links: [...links, ...own] };
}

export const plainText = ({ lines, links }: Message): string =>
  [...lines, "", ...links.map(({ label, url }) => `${label}: ${url}`)].join("\n");

const escapeHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

export const htmlText = ({ lines, links }: Message): string =>
  [
    ...lines.map((line) => `<p>${escapeHtml(line)}</p>`),
    `<p>${links.map(({ label, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`).join(" &middot; ")}</p>`,
  ].join("\n");

/** Slack reads `<`, `>` and `&` as its own. */
const escapeSlack = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export const slackBody = ({ subject, lines, links }: Message): string =>
  JSON.stringify({
    text: escapeSlack(subject),
    blocks: [
      { type: "header", text: { type: "plain_text", text: subject.slice(0, 150) } },
      ...lines.map((line) => ({
        type: "section",
        text: { type: "mrkdwn", text: escapeSlack(line).slice(0, 3_000) },
      })),
      {
        type: "actions",
        elements: links.map(({ label, url }) => ({
          type: "button",
          text: { type: "plain_text", text: label },
          url,
        })),
      },
    ],
  });

/** An Adaptive Card, as the workflows of Teams take it. */
export const teamsBody = ({ subject, lines, links }: Message): string =>
  JSON.stringify({
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          body: [
            { type: "TextBlock", size: "Medium", weight: "Bolder", text: subject, wrap: true },
            ...lines.map((text) => ({ type: "TextBlock", text, wrap: true })),
          ],
          actions: links.map(({ label, url }) => ({ type: "Action.OpenUrl", title: label, url })),
        },
      },
    ],
  });

/** As many as browsers show on one notification. */
const MOST_ACTIONS = 3;

/** Small enough for every push service: 4 KiB with its encryption. Pressing it opens the first link, its buttons the others. */
export const pushBody = ({ subject, lines, links: [first, ...rest] }: Message, tag: string) =>
  JSON.stringify({
    title: subject.slice(0, 200),
    body: lines.join("\n").slice(0, 500),
    tag,
    url: first?.url ?? "/inbox",
    actions: rest.slice(0, MOST_ACTIONS).map(({ label, url }) => ({ title: label, url })),
  });
