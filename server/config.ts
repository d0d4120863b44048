/** The server's environment: the only place that reads it, checked once at start, every mistake named. */
import { REDIS_URL_FORM } from "../domain/contract/redis-address.ts";
import { Type, type Static } from "typebox";
import { Ajv } from "ajv";
import { mistakesIn, pickSettings, refuseMistakes } from "../domain/settings.ts";
import { oidcMistakes, oidcSettingsOf, type OidcSettings } from "./people/oidc-config.ts";
import { ALLOW_PATTERN } from "../domain/webhook-target.ts";
import { isProxy, PROXY_MEANING } from "./trusted-proxies.ts";
import type { Rate } from "./token-buckets.ts";

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** `<requests a second>/<burst>`, or `0` for no limit. */
const rate = (value: string, whose: string) =>
  Type.String({
    default: value,
    pattern: "^(0|[1-9][0-9]{0,6}/[1-9][0-9]{0,6})$",
    description: `Requests of ${whose}: so many a second / so many at once; \`0\` = no limit. Each server counts for itself.`,
  });

/** Every variable with its meaning; README's table is made from this. Values are text, as the environment has them. */
export const ServerEnvironment = Type.Object({
  HOST: Type.String({
    default: "127.0.0.1",
    minLength: 1,
    description: "Address to listen on.",
  }),
  PORT: Type.String({
    default: "3000",
    pattern: "^[0-9]{1,5}$",
    description: "Port to listen on. A server that is started by itself takes a free one for 0.",
  }),
  REDIS_URL: Type.String({
    default: "redis://127.0.0.1:6379",
    pattern: REDIS_URL_FORM.source,
    description:
      "`redis://host:port`, `rediss://host:port` or `unix:///path/to.sock?user=...&password=...`. `npm start` and `npm run serve` start a Redis of their own when it is not set.",
  }),
  CT_SITES_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description: "Sites file (JSON). Without it the example with BER1 and NYC1 is used.",
    }),
  ),
  CT_ORIGINS: Type.String({
    default: "",
    pattern: "^$|^https?://[^\\s,/]+(,\\s*https?://[^\\s,/]+)*$",
    description:
      "Origins that may open sockets and act with a cookie, separated by commas. Without it the server's own host.",
  }),
  CT_TRUSTED_PROXIES: Type.String({
    default: "",
    maxLength: 4096,
    description:
      "Addresses and networks (`10.0.0.5, 10.1.0.0/16, loopback`) of the proxies in front, separated by commas: their `X-Forwarded-For`, `-Proto` and `-Host` count, those of nobody else.",
  }),
  CT_TLS_CERT: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "PEM file with the certificate and its chain: the server then speaks https (TLS 1.2 or later). Read again when it changes and on SIGHUP.",
    }),
  ),
  CT_TLS_KEY: Type.Optional(
    Type.String({ minLength: 1, description: "PEM file with the private key of CT_TLS_CERT." }),
  ),
  LOG_LEVEL: Type.Enum([...LOG_LEVELS], {
    default: "info",
    description: `One of ${LOG_LEVELS.join(", ")}.`,
  }),
  CT_ADMIN_PASSWORD: Type.Optional(
    Type.String({
      minLength: 8,
      maxLength: 128,
      description:
        "Password of the user `admin`, 8 to 128 characters; none of those that are tried first.",
    }),
  ),
  CT_BOOTSTRAP_KEY: Type.Optional(
    Type.String({
      minLength: 32,
      maxLength: 512,
      description:
        "Machine key with all permissions on all sites, at least 32 characters. For automation and tests.",
    }),
  ),
  CT_DATA_DIR: Type.String({
    default: "./data",
    minLength: 1,
    description: "Directory of what must survive: the embedded Redis, the secret.",
  }),
  CT_SECRET_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "File with the key that seals personal fields; made (mode 0600) when missing. Default `secret` in CT_DATA_DIR.",
    }),
  ),
  DATABASE_URL: Type.Optional(
    Type.String({
      pattern: "^postgres(ql)?://[^\\s]+$",
      description:
        "`postgres://user:password@host/database`: history is kept there. Without it in SQLite, in CT_DATA_DIR. The same for server and workers.",
    }),
  ),
  CT_WEBHOOK_ALLOW: Type.String({
    default: "",
    maxLength: 4_096,
    pattern: ALLOW_PATTERN,
    description:
      "Origins inside your network that webhooks may be sent to, separated by commas: `https://erp.example.internal:9443`. Everything else must be https on port 443 or 8443 and on the public internet. The same for server and workers.",
  }),
  CT_DEMO: Type.String({
    default: "0",
    pattern: "^[01]$",
    description: "`1`: demo users with public passwords exist. Set by `npm start`, loopback only.",
  }),
  CT_DEMO_ANYWHERE: Type.String({
    default: "0",
    pattern: "^[01]$",
    description:
      "`1`: the demo may listen on other addresses than loopback. Everybody who reaches it is its administrator: for a network of nobody but guests.",
  }),
  CT_OIDC_ISSUER: Type.Optional(
    Type.String({
      pattern: "^https?://[^\\s?#]+$",
      description:
        "Single sign-on by OpenID Connect: the provider's issuer address (https; http on loopback only). Register `<first of CT_ORIGINS>/api/v1/session/oidc/callback` with it.",
    }),
  ),
  CT_OIDC_CLIENT_ID: Type.Optional(
    Type.String({ minLength: 1, description: "This tower's client id at the provider." }),
  ),
  CT_OIDC_CLIENT_SECRET: Type.Optional(
    Type.String({ minLength: 1, description: "Its secret; a public client has none." }),
  ),
  CT_OIDC_CLIENT_SECRET_FILE: Type.Optional(
    Type.String({ minLength: 1, description: "File with that secret, instead of the variable." }),
  ),
  CT_OIDC_NAME: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 64,
      description: "What the login page calls the provider. Default its host.",
    }),
  ),
  CT_OIDC_SCOPE: Type.String({
    default: "openid profile",
    pattern: "^(.* )?openid( .*)?$",
    description: "What is asked of the provider; add what its roles or groups need.",
  }),
  CT_OIDC_ROLE_CLAIM: Type.String({
    default: "roles",
    minLength: 1,
    description:
      "Claim with a person's roles at the provider; dots lead inwards (`realm_access.roles`).",
  }),
  CT_OIDC_ROLES: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "Which of these is which role here: `tower-admins=admin,floor=coordinator`. The first that fits counts; whom none fits is not let in.",
    }),
  ),
  CT_OIDC_SITES_CLAIM: Type.Optional(
    Type.String({
      minLength: 1,
      description: "Claim with the ids of a person's sites. Without it everybody has all sites.",
    }),
  ),
  CT_RATE_KEYS: rate("10000/20000", "one machine key, however many events they hold"),
  CT_RATE_PEOPLE: rate("100/1000", "one person"),
  CT_RATE_ADDRESSES: rate("100/1000", "one address without a good credential"),
  CT_RATE_SITES: rate("3000/20000", "everybody together who reads of one site"),
});
type ServerEnvironment = Static<typeof ServerEnvironment>;

/** null = no limit */
export type RateSettings = {
  keys: Rate | null;
  people: Rate | null;
  addresses: Rate | null;
  sites: Rate | null;
};

export type ServerConfig = {
  host: string;
  port: number;
  redisUrl: string;
  sitesFile: string | undefined;
  origins: string[];
  /** whose `X-Forwarded-*` counts: addresses, networks and the names that `trusted-proxies.ts` knows */
  trustedProxies: string[];
  /** files in PEM; undefined for plain http */
  tls: { cert: string; key: string } | undefined;
  logLevel: (typeof LOG_LEVELS)[number];
  adminPassword: string | undefined;
  bootstrapKey: string | undefined;
  dataDir: string;
  secretFile: string;
  demo: boolean;
  oidc: OidcSettings | undefined;
  /** where history is kept */
  history: { databaseUrl?: string; file: string };
  rates: RateSettings;
  /** origins inside that webhooks may lead to */
  webhookAllow: ReadonlySet<string>;
};

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

const check = new Ajv({ allErrors: true, useDefaults: true }).compile<ServerEnvironment>(
  ServerEnvironment,
);

const SECRET: ReadonlySet<string> = new Set([
  "CT_ADMIN_PASSWORD",
  "CT_BOOTSTRAP_KEY",
  "REDIS_URL",
  "CT_OIDC_CLIENT_SECRET",
  "DATABASE_URL",
]);

const listOf = (text: string): string[] => text.split(",").flatMap((item) => item.trim() || []);

/** Two settings that only make sense together, and proxies that are none. */
function edgeMistakes(given: ServerEnvironment): string[] {
  const wrong = listOf(given.CT_TRUSTED_PROXIES).filter((proxy) => !isProxy(proxy));
  return [
    ...wrong.map((proxy) => `CT_TRUSTED_PROXIES: ${JSON.stringify(proxy)} ${PROXY_MEANING}`),
    ...((given.CT_TLS_CERT === undefined) === (given.CT_TLS_KEY === undefined)
      ? []
      : ["CT_TLS_CERT and CT_TLS_KEY belong together: set both or none."]),
  ];
}

/** Throws one Error whose message names every mistake, one a line. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ServerConfig {
  const known = ServerEnvironment.properties;
  const values = pickSettings(known, env);
  const mistakes = check(values) ? [] : mistakesIn(check.errors, known, values, SECRET);
  const given = values as unknown as ServerEnvironment;
  if (Number(given.PORT) > 65_535) mistakes.push("PORT must be at most 65535.");
  if (given.CT_DEMO === "1" && given.CT_DEMO_ANYWHERE !== "1" && !isLoopback(given.HOST))
    mistakes.push(
      "CT_DEMO=1 is for loopback only: its passwords are public. Set HOST=127.0.0.1, or CT_DEMO_ANYWHERE=1 if that is what you want.",
    );
  mistakes.push(...oidcMistakes(given));
  mistakes.push(...edgeMistakes(given));
  refuseMistakes(mistakes);
  return configOf(given);
}

function rateOf(text: string): Rate | null {
  const [perSecond = 0, burst = 0] = text.split("/").map(Number);
  return perSecond === 0 ? null : { perSecond, burst };
}

const configOf = (given: ServerEnvironment): ServerConfig => ({
  host: given.HOST,
  port: Number(given.PORT),
  redisUrl: given.REDIS_URL,
  sitesFile: given.CT_SITES_FILE,
  // as browsers write them: lower case, punycode, no default port
  origins: listOf(given.CT_ORIGINS).map((origin) => URL.parse(origin)?.origin ?? origin),
  trustedProxies: listOf(given.CT_TRUSTED_PROXIES),
  tls:
    given.CT_TLS_CERT === undefined || given.CT_TLS_KEY === undefined
      ? undefined
      : { cert: given.CT_TLS_CERT, key: given.CT_TLS_KEY },
  logLevel: given.LOG_LEVEL as ServerConfig["logLevel"],
  adminPassword: given.CT_ADMIN_PASSWORD,
  bootstrapKey: given.CT_BOOTSTRAP_KEY,
  dataDir: given.CT_DATA_DIR,
  secretFile: given.CT_SECRET_FILE ?? `${given.CT_DATA_DIR}/secret`,
  demo: given.CT_DEMO === "1",
  oidc: oidcSettingsOf(given),
  history: {
    file: `${given.CT_DATA_DIR}/history/history.db`,
    ...(given.DATABASE_URL !== undefined && { databaseUrl: given.DATABASE_URL }),
  },
  webhookAllow: new Set(
    listOf(given.CT_WEBHOOK_ALLOW).flatMap((one) => URL.parse(one)?.origin ?? []),
  ),
  rates: {
    keys: rateOf(given.CT_RATE_KEYS),
    people: rateOf(given.CT_RATE_PEOPLE),
    addresses: rateOf(given.CT_RATE_ADDRESSES),
    sites: rateOf(given.CT_RATE_SITES),
  },
});
