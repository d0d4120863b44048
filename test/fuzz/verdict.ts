/** Compares an answer with what the reference says of the request. */
import { acceptsBody, acceptsEvent, acceptsText, readJson } from "./reference.ts";
import type { Input } from "./operations.ts";

export type Answer = { status: number; type: string; body: string };
type Opinion = "accept" | "refuse" | "either";

const all = (opinions: Opinion[]): Opinion =>
  opinions.includes("refuse") ? "refuse" : opinions.includes("either") ? "either" : "accept";

/** Values of the address. An empty part of a path is another path. */
function opinionOfAddress({ operation, given }: Input): Opinion {
  const opinions = operation.parameters.map((parameter): Opinion => {
    const own = given.filter((one) => one.name === parameter.name && one.in === parameter.in);
    const [first] = own;
    if (own.length > 1) return "refuse";
    if (first === undefined) return parameter.required === true ? "refuse" : "accept";
    if (parameter.in === "path" && /^$|^\.{1,2}$/.test(first.text)) return "either";
    // an array of one text is what the second of two would have been
    return acceptsText(parameter.schema, first.text) ? "accept" : "refuse";
  });
  return all(opinions);
}

const JSON_TYPE = /^application\/json$/;

function opinionOfEvents(value: unknown): Opinion {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return all(
    items.map((item): Opinion => {
      const says = acceptsEvent(item);
      return says === "either" ? "either" : says ? "accept" : "refuse";
    }),
  );
}

function opinionOfBody({ operation, sent }: Input): Opinion {
  const isEvents = operation.name === "POST /api/v1/events";
  if (operation.body === undefined && !isEvents) return sent === undefined ? "accept" : "either";
  if (sent === undefined || !JSON_TYPE.test(sent.type)) return "refuse";
  const read = readJson(sent.text);
  if (read === undefined) return "refuse";
  if (isEvents) return opinionOfEvents(read.value);
  // which schema counts depends on the address there, and the events of a document follow rules of their standard
  if (operation.path.endsWith("/{name}") || operation.path === "/epcis/capture")
    return acceptsBody(operation.body ?? {}, read.value) ? "either" : "refuse";
  return acceptsBody(operation.body ?? {}, read.value) ? "accept" : "refuse";
}

/** Refused for its form: by a schema, a limit or the reading itself. Other refusals are about what the request means. */
function isRefusedForForm({ status, type, body }: Answer): boolean {
  if (status === 415) return true;
  if (!type.startsWith("application/problem+json")) return false;
  if (status !== 400 && status !== 422) return false;
  const { code, detail } = JSON.parse(body) as { code: string; detail: string };
  if (["CT_ERR_NOT_JSON", "CT_ERR_INVALID_EVENT", "CT_ERR_UNKNOWN_TYPE"].includes(code))
    return true;
  return code === "CT_ERR_INVALID" && /in the request do not fit\.$|passes a limit\.$/.test(detail);
}

/** `?partial=true` answers 207 and names what it did not take. */
const isTaken = ({ status, body }: Answer): boolean =>
  status < 300 && !(status === 207 && body.includes('"errors":[{'));

/** Places in code: a line of a stack, a file of ours or of a library. */
const INSIDE = /\\n {2,}at |\.[cm]?[jt]s:\d+|node_modules|\/server\//;

/** Outside of the interface people open links: they get a page, for an address that is none too. */
const isPage = ({ operation: { path } }: Input, type: string): boolean =>
  !path.startsWith("/api/") && type.startsWith("text/html");

/** What is wrong with this answer; null when nothing is. */
export function complaint(input: Input, answer: Answer): string | null {
  const { status, type, body } = answer;
  if (status >= 500) return `answered ${status}`;
  if (status >= 400 && INSIDE.test(body)) return "shows where it failed";
  if (isPage(input, type)) return null;
  if (status >= 400 && !type.startsWith("application/problem+json"))
    return `refuses as ${type || "nothing"}`;
  const opinion = all([opinionOfAddress(input), opinionOfBody(input)]);
  if (isTaken(answer) && opinion === "refuse") return "took what the schema refuses";
  if (opinion === "accept" && status >= 400 && isRefusedForForm(answer))
    return "refused what the schema accepts";
  return null;
}
