import { pino } from "pino";

/** An object first, a sentence after; never a whole order or the environment. */
export const createLog = (level: string) => pino({ name: "workers", level });
export type Log = ReturnType<typeof createLog>;
