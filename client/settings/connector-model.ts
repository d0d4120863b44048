/** Connectors as their page shows and changes them. Pure; instants are RFC 3339. */
import type {
  ConnectorKind,
  ConnectorOptions,
  ConnectorView,
  ConnectorWish,
  DeliveryOutcome,
} from "../../domain/contract/connectors.ts";

export const CONNECTOR_WORDS: Readonly<Record<ConnectorKind, string>> = {
  shopify: "Shopify",
  woocommerce: "WooCommerce",
  easypost: "EasyPost",
  aftership: "AfterShip",
  standard: "Standard Webhooks",
};

/** Where the sender shows or takes the secret. */
export const SECRET_HINTS: Readonly<Record<ConnectorKind, string>> = {
  shopify: "The client secret of the app, or the one under Notifications, Webhooks.",
  woocommerce: "What you typed as Secret of the webhook in WooCommerce.",
  easypost: "The webhook secret that you gave EasyPost.",
  aftership: "The webhook secret that AfterShip shows.",
  standard: "whsec_ and the base64 of at least 16 bytes.",
};

export const OUTCOME_WORDS: Readonly<Record<DeliveryOutcome, string>> = {
  accepted: "taken",
  duplicate: "known already",
  ignored: "nothing for us",
  waiting: "waits for its order",
  refused: "refused",
  unsigned: "not signed right",
};

export type ConnectorAction = "copy" | "change" | "rotate" | "end" | "on" | "off" | "delete";
export const CONNECTOR_ACTION_WORDS: Readonly<Record<ConnectorAction, string>> = {
  copy: "Copy the address",
  change: "Name and options",
  rotate: "New secret",
  end: "End the old secrets now",
  on: "Switch on",
  off: "Switch off",
  delete: "Delete",
};

export const actionsForConnector = ({ enabled, secrets }: ConnectorView): ConnectorAction[] => [
  "copy",
  "change",
  "rotate",
  ...(secrets.length > 1 ? (["end"] as const) : []),
  enabled ? "off" : "on",
  "delete",
];

/** Whether somebody should look at it: what came last was not understood, or was not theirs. */
export const isInTrouble = ({ activity }: ConnectorView): boolean =>
  activity !== null && (activity.outcome === "refused" || activity.outcome === "unsigned");

/** `12 taken, 3 nothing for us`; empty when nothing came yet. */
export function countWords({ activity }: Pick<ConnectorView, "activity">): string {
  const counts = activity?.counts ?? {};
  return (Object.keys(OUTCOME_WORDS) as DeliveryOutcome[])
    .filter((outcome) => (counts[outcome] ?? 0) > 0)
    .map((outcome) => `${counts[outcome]} ${OUTCOME_WORDS[outcome]}`)
    .join(", ");
}

/** `their name = ours`, a line each. */
export const tableText = (table: Readonly<Record<string, string>> | undefined): string =>
  Object.entries(table ?? {})
    .map(([theirs, ours]) => `${theirs} = ${ours}`)
    .join("\n");

/** The other way; a line that says nothing is left out, one without a sign is named with nothing, and so refused with its place. */
export function tableOf(text: string): Record<string, string> | undefined {
  const pairs = text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const at = line.lastIndexOf("=");
      return at < 0
        ? ([line.trim(), ""] as const)
        : ([line.slice(0, at).trim(), line.slice(at + 1).trim()] as const);
    });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

/** The first line that lacks one of its sides, and what it takes; empty when none does. */
export function tableMistake(text: string, ours: string): string {
  const wrong = Object.entries(tableOf(text) ?? {}).find((sides) => sides.includes(""));
  if (wrong === undefined) return "";
  return `“${wrong[0] || `= ${wrong[1]}`}” is half a line: write the name of theirs, =, and the ${ours}.`;
}

const FIELD_WORDS: Readonly<Record<string, string>> = {
  id: "Id",
  secret: "Secret",
  name: "Name",
  shop: "Shop",
  services: "Shipping method",
  service: "Service level of all others",
  carriers: "Tracking company",
  carrier: "Carrier of all others",
  channel: "Channel of its orders",
  sources: "Sources it may speak for",
};

/** The form's own name of a place of `/connectors/0/options/services/Express`. */
export function connectorFieldOf(path: string): string | null {
  const [, , , ...parts] = path.split("/");
  const [field = "", key] = parts[0] === "options" ? parts.slice(1) : parts;
  const words = FIELD_WORDS[field];
  if (words === undefined) return null;
  const isNamed = field === "services" || field === "carriers";
  return key === undefined || !isNamed ? words : `${words} “${key.replaceAll("~1", "/")}”`;
}

export type ConnectorDraft = {
  id: string;
  kind: ConnectorKind;
  name: string;
  secret: string;
  channel: string;
  service: string;
  services: string;
  carrier: string;
  carriers: string;
  shop: string;
  fulfilled: NonNullable<ConnectorOptions["fulfilled"]>;
  wooCompleted: NonNullable<ConnectorOptions["wooCompleted"]>;
  sources: string;
};

const OPTION_KINDS = {
  shop: ["shopify"],
  channel: ["shopify", "woocommerce"],
  services: ["shopify", "woocommerce"],
  carriers: ["shopify", "easypost", "aftership"],
  fulfilled: ["shopify"],
  wooCompleted: ["woocommerce"],
  sources: ["standard"],
} as const satisfies Record<string, readonly ConnectorKind[]>;

export const hasOption = (kind: ConnectorKind, option: keyof typeof OPTION_KINDS): boolean =>
  (OPTION_KINDS[option] as readonly ConnectorKind[]).includes(kind);

const EMPTY: ConnectorDraft = {
  id: "",
  kind: "shopify",
  name: "",
  secret: "",
  channel: "",
  service: "",
  services: "",
  carrier: "",
  carriers: "",
  shop: "",
  fulfilled: "packed",
  wooCompleted: "shipped",
  sources: "",
};

export function draftOf(known: ConnectorView | null): ConnectorDraft {
  if (known === null) return { ...EMPTY };
  const { id, kind, name = "", options } = known;
  const { services, carriers, sources = [], ...rest } = options;
  const tables = { services: tableText(services), carriers: tableText(carriers) };
  return { ...EMPTY, ...rest, ...tables, id, kind, name, sources: sources.join("\n") };
}

const given = (text: string): string | undefined => (text.trim() === "" ? undefined : text.trim());
const listOf = (text: string): string[] | undefined => {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.length === 0 ? undefined : lines;
};
const present = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** What is filled in, of what this kind has; what holds anyway is not written down. */
function optionsOf(draft: ConnectorDraft): ConnectorOptions {
  const { kind, fulfilled, wooCompleted } = draft;
  const has = (option: keyof typeof OPTION_KINDS) => hasOption(kind, option);
  return present({
    ...(has("shop") && { shop: given(draft.shop) }),
    ...(has("channel") && { channel: given(draft.channel) }),
    ...(has("services") && {
      service: given(draft.service),
      services: tableOf(draft.services),
    }),
    ...(has("carriers") && {
      carrier: given(draft.carrier),
      carriers: tableOf(draft.carriers),
    }),
    ...(has("fulfilled") && fulfilled !== "packed" && { fulfilled }),
    ...(has("wooCompleted") && wooCompleted !== "shipped" && { wooCompleted }),
    ...(has("sources") && { sources: listOf(draft.sources) }),
  }) as ConnectorOptions;
}

export function wishOf(draft: ConnectorDraft, known: ConnectorView | null): ConnectorWish {
  const { id, kind } = draft;
  const name = given(draft.name);
  const secret = given(draft.secret);
  return {
    ...(known !== null && { enabled: known.enabled, source: known.source }),
    id: id.trim(),
    kind,
    ...(name !== undefined && { name }),
    ...(secret !== undefined && { secret }),
    options: optionsOf(draft),
  };
}

/** Those of a site with one of them changed; a new one comes last, `null` takes it away. */
export function withConnector(
  all: readonly ConnectorView[],
  id: string,
  wish: ConnectorWish | null,
): ConnectorWish[] {
  const isKnown = all.some((one) => one.id === id);
  const others = all.flatMap((one) => (one.id === id ? (wish ?? []) : one));
  return wish === null || isKnown ? others : [...others, wish];
}
