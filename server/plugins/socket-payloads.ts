/** What a socket sent, read before anything is done for it, and how it is answered: done, or the problem that names each field which does not fit. */
import type { TSchema } from "typebox";
import {
  BoardClose,
  BoardOpen,
  PresenceLook,
  type Answered,
} from "../../domain/contract/realtime.ts";
import { DisplayReport } from "../../domain/contract/displays.ts";
import { SOCKET_OPERATIONS } from "../../domain/permissions.ts";
import { excessIn } from "../connectors/limits.ts";
import { misfitsIn, problem, problemDocument, type ProblemError } from "../problem.ts";
import { schemaFaults } from "../schema-faults.ts";
import { compileStrict } from "./validation.ts";

/** Reads a payload or throws the problem with it: no hook looked at it before, so its limits are checked here too. */
function reader<T>(schema: TSchema): (payload: unknown) => T {
  const fits = compileStrict<T>(schema);
  return (payload) => {
    const excess = excessIn(payload);
    if (excess === null && fits(payload)) return payload;
    const errors =
      excess === null
        ? schemaFaults(fits.errors ?? [], "payload")
        : [{ index: 0, path: excess.path, message: `payload ${excess.message}` }];
    throw problem("CT_ERR_INVALID", misfitsIn(errors.length, "the payload"), { errors });
  };
}

export const readBoardOpen = reader<BoardOpen>(BoardOpen);
export const readPresenceLook = reader<PresenceLook>(PresenceLook);
export const readDisplayReport = reader<DisplayReport>(DisplayReport);
const readClose = reader<BoardClose>(BoardClose);
/** Nothing is a payload here: it closes whatever is open. */
export const readBoardClose = (payload: unknown): BoardClose => readClose(payload ?? {});

export const refused = (error: ProblemError): Extract<Answered, { ok: false }> => ({
  ok: false,
  problem: problemDocument(error),
});

const NAMES = Object.keys(SOCKET_OPERATIONS).join(", ");

/**
 * Puts a packet into the one form that is listened for: name, payload, call for an answer. Who sends nothing but the call has sent a payload that does not
 * fit, and is told so; what stands between the two is not read. An event that nobody listens for is answered here, or its sender would wait for ever.
 */
export function inOrder(packet: unknown[], next: () => void): void {
  const [name, first, ...rest] = packet;
  const last = rest.at(-1) ?? first;
  const reply = typeof last === "function" ? last : undefined;
  if (!Object.hasOwn(SOCKET_OPERATIONS, String(name))) {
    reply?.(refused(problem("CT_ERR_NOT_FOUND", `There is no such event. There are: ${NAMES}.`)));
    return;
  }
  packet.splice(1, packet.length - 1, first === reply ? undefined : first, reply);
  next();
}
