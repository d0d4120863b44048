/** The workers' environment: the only place that reads it, checked once at start, every mistake named. */
import { REDIS_URL_FORM } from "../domain/contract/redis-address.ts";
import { Ajv } from "ajv";
import { type Static, Type } from "typebox";
import { mistakesIn, pickSettings, refuseMistakes } from "../domain/settings.ts";
import { ALLOW_PATTERN } from "../domain/webhook-target.ts";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** Every variable with its meaning. Values are text, as the environment has them. */
export const WorkersEnvironment = Type.Object({
  REDIS_URL: Type.String({
    default: "redis://127.0.0.1:6379",
    pattern: REDIS_URL_FORM.source,
    description:
      "`redis://host:port`, `rediss://host:port` or `unix:///path/to.sock?user=...&password=...`. The same as the server's.",
  }),
  LOG_LEVEL: Type.Enum([...LOG_LEVELS], {
    default: "info",
    description: `One of ${LOG_LEVELS.join(", ")}.`,
  }),
  CT_LOG_HOURS: Type.String({
    default: "24",
    pattern: "^[1-9][0-9]{0,3}$",
    description: "Hours of changes that boards can catch up on.",
  }),
  CT_LOG_MEGABYTES: Type.String({
    default: "256",
    pattern: "^[1-9][0-9]{0,4}$",
    description: "Most memory that the changes of one site may take in Redis.",
  }),
  CT_CLOSED_DAYS: Type.String({
    default: "30",
    pattern: "^[1-9][0-9]{0,3}$",
    description:
      "Days for which a closed order stays in Redis after its last event came in, where no history is written.",
  }),
  CT_DATA_DIR: Type.String({
    default: "./data",
    minLength: 1,
    description: "The same as the server's: where the secret is.",
  }),
  CT_SECRET_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description: "The same as the server's: opens the signing secrets of webhooks.",
    }),
  ),
  CT_WEBHOOK_ALLOW: Type.String({
    default: "",
    maxLength: 4_096,
    pattern: ALLOW_PATTERN,
    description:
      "Origins inside your network that webhooks may be sent to, separated by commas: `https://erp.example.internal:9443`. Everything else must be https on port 443 or 8443 and on the public internet. The same for server and workers.",
  }),
  CT_SMTP_URL: Type.Optional(
    Type.String({
      pattern: "^smtps?://[^\\s]+$",
      description:
        "`smtps://user:password@host:465` or `smtp://...`: the mail server that messages go through. Without it nobody is told by mail.",
    }),
  ),
  CT_MAIL_FROM: Type.String({
    default: "Control Tower <control-tower@localhost>",
    maxLength: 320,
    pattern: "^[^@\\r\\n]*@[^@\\r\\n]+$",
    description: "Who mails come from.",
  }),
  CT_ORIGINS: Type.String({
    default: "",
    maxLength: 4_096,
    description:
      "The same as the server's: links in messages lead to the first. Without it to this machine at PORT.",
  }),
  PORT: Type.String({
    default: "3000",
    pattern: "^[0-9]{1,5}$",
    description: "The same as the server's.",
  }),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: "^postgres(ql)?://[^\\s]+$",
      description:
        "`postgres://user:password@host/database`: history is kept there. Without it in SQLite, in CT_DATA_DIR. The same for server and workers.",
    }),
  ),
  CT_HISTORY: Type.String({
    default: "1",
    pattern: "^[01]$",
    description: "`0`: these workers write no history.",
  }),
  CT_ARCHIVE_HOURS: Type.String({
    default: "72",
    pattern: "^[1-9][0-9]{0,4}$",
    description:
      "Hours after its closing and its last event at which an order leaves Redis, once history has it. What still comes for it brings it back.",
  }),
  CT_REWIND_DAYS: Type.String({
    default: "14",
    pattern: "^[1-9][0-9]{0,3}$",
    description: "Days for which boards are kept as they were.",
  }),
  CT_FORECAST: Type.String({
    default: "1",
    pattern: "^[01]$",
    description:
      "`0`: these workers make no forecasts; without any that do, planned budgets decide.",
  }),
});
type WorkersEnvironment = Static<typeof WorkersEnvironment>;

export type WorkersConfig = {
  redisUrl: string;
  logLevel: (typeof LOG_LEVELS)[number];
  logHours: number;
  logBytes: number;
  closedDays: number;
  forecast: boolean;
  /** where history is kept; null: these workers write none */
  history: { databaseUrl?: string; file: string } | null;
  archiveHours: number;
  rewindDays: number;
  secretFile: string;
  /** origins inside that webhooks may lead to */
  webhookAllow: ReadonlySet<string>;
  /** how people are told: where links lead, the mail server, who mails come from */
  notices: { origin: string; smtpUrl: string | undefined; mailFrom: string };
};

const check = new Ajv({ allErrors: true, useDefaults: true }).compile<WorkersEnvironment>(
  WorkersEnvironment,
);

const SECRET: ReadonlySet<string> = new Set(["REDIS_URL", "DATABASE_URL", "CT_SMTP_URL"]);

const originsIn = (text: string): ReadonlySet<string> =>
  new Set(text.split(",").flatMap((one) => URL.parse(one.trim())?.origin ?? []));

const historyOf = ({ DATABASE_URL, CT_DATA_DIR }: WorkersEnvironment) => ({
  file: `${CT_DATA_DIR}/history/history.db`,
  ...(DATABASE_URL !== undefined && { databaseUrl: DATABASE_URL }),
});

/** Throws one Error whose message names every mistake, one a line. */
export function readConfig(env: NodeJS.ProcessEnv): WorkersConfig {
  const known = WorkersEnvironment.properties;
  const values = pickSettings(known, env);
  refuseMistakes(check(values) ? [] : mistakesIn(check.errors, known, values, SECRET));
  const given = values as unknown as WorkersEnvironment;
  return {
    redisUrl: given.REDIS_URL,
    logLevel: given.LOG_LEVEL as WorkersConfig["logLevel"],
    logHours: Number(given.CT_LOG_HOURS),
    logBytes: Number(given.CT_LOG_MEGABYTES) * 1024 * 1024,
    closedDays: Number(given.CT_CLOSED_DAYS),
    forecast: given.CT_FORECAST === "1",
    archiveHours: Number(given.CT_ARCHIVE_HOURS),
    rewindDays: Number(given.CT_REWIND_DAYS),
    history: given.CT_HISTORY === "1" ? historyOf(given) : null,
    secretFile: given.CT_SECRET_FILE ?? `${given.CT_DATA_DIR}/secret`,
    webhookAllow: originsIn(given.CT_WEBHOOK_ALLOW),
    notices: {
      origin: [...originsIn(given.CT_ORIGINS)][0] ?? `http://127.0.0.1:${given.PORT}`,
      smtpUrl: given.CT_SMTP_URL,
      mailFrom: given.CT_MAIL_FROM,
    },
  };
}

export const fromEnvironment = (): WorkersConfig => readConfig(process.env);
