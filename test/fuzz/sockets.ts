/** The same for what a client may send on a socket: fitting and broken payloads of every event, packets that are none, binary ones. */
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { io, type Socket } from "socket.io-client";
import { DisplayReport } from "../../domain/contract/displays.ts";
import { BoardClose, BoardOpen, PresenceLook } from "../../domain/contract/realtime.ts";
import type { SocketOperation } from "../../domain/permissions.ts";
import type { Tower } from "../support/tower.ts";
import { fitting, HOSTILE, type JsonSchema } from "./arbitrary.ts";
import { mutatedValue } from "./mutations.ts";
import { acceptsBody } from "./reference.ts";
import type { Finding } from "./run.ts";

/** An event of the table of permissions that is not here is an error of types: none is left out. */
const BY_EVENT: Readonly<Record<SocketOperation, unknown>> = {
  "board:open": BoardOpen,
  "board:close": BoardClose,
  "presence:look": PresenceLook,
  "display:report": DisplayReport,
};
const SCHEMAS = BY_EVENT as Readonly<Record<string, JsonSchema>>;
const BATCH = 50;
const ANSWER_MS = 5_000;

type Event = { name: string; payload: unknown };
type Answer = { ok?: unknown; problem?: { code?: string } };

const events: fc.Arbitrary<Event> = fc.oneof(
  ...Object.entries(SCHEMAS).map(([name, schema]) =>
    mutatedValue(fitting(schema)).map((payload) => ({ name, payload })),
  ),
);

/** As bytes of the protocol: nothing that a client library would send. */
const RAW = [
  "4",
  "42",
  "42[",
  "42[]",
  '42["board:open"]',
  '42{"a":1}',
  '42["board:open",{"__proto__":{"x":1}}]',
  '42["__proto__",{}]',
  '42["constructor"]',
  '42["connect",{}]',
  '42["disconnect"]',
  '42["error",{}]',
  "43[]",
  '4399999999999999999["x"]',
  '451-["board:open",{"_placeholder":true,"num":0}]',
  '459999999999-["x"]',
  "40/admin,",
  "41",
  "44",
  "9",
  "b4AAAA",
  "42[null]",
  "42[1]",
  `42["board:open",${"[".repeat(7_000)}${"]".repeat(7_000)}]`,
  `42["board:open","${"x".repeat(20_000)}"]`,
  ...HOSTILE.map((text) => `42${JSON.stringify([text, text])}`),
];

function open(tower: Tower): Socket {
  return io(tower.url, {
    transports: ["websocket"],
    auth: { token: tower.key },
    reconnectionDelay: 20,
    reconnectionDelayMax: 50,
    forceNew: true,
  });
}

const connected = (socket: Socket): Promise<void> =>
  socket.connected
    ? Promise.resolve()
    : new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("the socket does not come back")), 10_000);
        socket.once("connect", () => {
          clearTimeout(timer);
          resolve();
        });
        socket.connect();
      });

/** Closing without a payload closes everything. */
const fits = ({ name, payload }: Event, schema: JsonSchema): boolean =>
  (name === "board:close" && payload === null) || acceptsBody(schema, payload);

/** What is wrong with an answer; null when nothing is. */
function complaint(event: Event, answer: Answer): string | null {
  const schema = SCHEMAS[event.name];
  if (schema === undefined) return null;
  const isRefused = answer.problem?.code === "CT_ERR_INVALID";
  const accepts = fits(event, schema);
  if (answer.ok === true && !accepts) return "took what the schema refuses";
  if (accepts && isRefused) return "refused what the schema accepts";
  return answer.problem?.code === "CT_ERR_INTERNAL" ? "failed inside" : null;
}

export async function fuzzSockets(tower: Tower, count: number, seed: number) {
  const findings: Finding[] = [];
  const socket = open(tower);
  socket.on("board:rows", (_page, reply: () => void) => reply());
  let sent = 0;

  async function one(event: Event): Promise<void> {
    await connected(socket);
    const answer = (await socket
      .timeout(ANSWER_MS)
      .emitWithAck(event.name, event.payload)
      // a payload over the limit ends the socket, and this is how that looks from here
      .catch((error: unknown) => ({ ok: false, lost: String(error) }))) as Answer;
    const what = complaint(event, answer);
    if (what === null) return;
    findings.push({
      what,
      request: JSON.stringify(event).slice(0, 800),
      answer: JSON.stringify(answer).slice(0, 400),
    });
  }

  /** On a socket of its own: the server may end it, and should. */
  async function raw(text: string): Promise<void> {
    const other = open(tower);
    await connected(other);
    other.io.engine.write(text.slice(1));
    other.emit("board:open", Buffer.from("binary"));
    await sleep(10);
    other.disconnect();
  }

  for (let batch = 0; sent < count; batch += 1) {
    const numRuns = Math.min(BATCH, count - sent);
    for (const event of fc.sample(events, { numRuns, seed: seed * 10_007 + batch }))
      await one(event);
    await raw(RAW[batch % RAW.length] ?? "42");
    sent += numRuns;
  }
  await connected(socket);
  const alive = await socket
    .timeout(ANSWER_MS)
    .emitWithAck("board:close", {})
    .catch(() => ({}));
  if ((alive as Answer).ok !== true)
    findings.push({ what: "does not answer any more", request: "board:close", answer: "" });
  socket.disconnect();
  return { sent, findings };
}
