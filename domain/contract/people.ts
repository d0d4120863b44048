/** People over HTTP: users, one's own account, its sessions, and the ways to log in. Instants are RFC 3339 strings here. */
import { Type, type Static } from "typebox";
import { WireInstant } from "../names-and-times.ts";
import { PASSWORD_MAX, PASSWORD_MIN, PEOPLE_ROLES } from "../people.ts";
import type { Role } from "../permissions.ts";

const PeopleRole = Type.Enum([...PEOPLE_ROLES]);

/** What a person types to log in. Those of single sign-on are `oidc:<subject>` and come from there alone. */
export const UserName = Type.String({
  pattern: "^[a-z0-9][a-z0-9._-]*$",
  minLength: 1,
  maxLength: 64,
  description: "lower case letters, digits, `.`, `_` and `-`",
});
const AnyUserName = Type.String({ minLength: 1, maxLength: 300 });
export const UserPath = Type.Object({ name: AnyUserName });

const Password = Type.String({ minLength: PASSWORD_MIN, maxLength: PASSWORD_MAX });
/** What is tried: shorter ones are simply wrong. */
const TriedPassword = Type.String({ minLength: 1, maxLength: PASSWORD_MAX });

export const GrantedSites = Type.Union([
  Type.Literal("all"),
  Type.Array(Type.String({ minLength: 1, maxLength: 32 }), { maxItems: 200, uniqueItems: true }),
]);
export type GrantedSites = Static<typeof GrantedSites>;

const closed = { additionalProperties: false } as const;

export const Login = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 128 }), password: TriedPassword },
  closed,
);
export type Login = Static<typeof Login>;

export const FirstAdmin = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 128 }),
    name: UserName,
    password: Password,
  },
  closed,
);
export type FirstAdmin = Static<typeof FirstAdmin>;

export const NewUser = Type.Object(
  { name: UserName, role: PeopleRole, sites: Type.Optional(GrantedSites) },
  closed,
);
export type NewUser = { name: string; role: Role; sites?: GrantedSites };

/** `resetPassword: true` makes a new one-time password and ends the sessions. */
export const UserChange = Type.Object(
  {
    role: Type.Optional(PeopleRole),
    sites: Type.Optional(GrantedSites),
    disabled: Type.Optional(Type.Boolean()),
    resetPassword: Type.Optional(Type.Literal(true)),
  },
  { ...closed, minProperties: 1 },
);
export type UserChange = {
  role?: Role;
  sites?: GrantedSites;
  disabled?: boolean;
  resetPassword?: true;
};

export const PasswordChange = Type.Object({ current: TriedPassword, next: Password }, closed);
export type PasswordChange = Static<typeof PasswordChange>;

/** Hours and minutes of the site's day. */
const ClockTime = Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });

/** Where mail can go: somebody at a host with a dot. Written out, because checkers read `format: "email"` in two ways. */
const MailAddress = Type.String({
  pattern: "^[^\\s@\\u0000-\\u001f]{1,64}@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+$",
  maxLength: 254,
});

/** What a person wants to be told of, and how. */
export const Preferences = Type.Object(
  {
    /** incidents of this severity and worse: S1 is the worst */
    minSeverity: Type.Enum(["S1", "S2", "S3", "S4"]),
    /** empty: every site of the person */
    sites: Type.Array(Type.String({ minLength: 1, maxLength: 32 }), {
      maxItems: 200,
      uniqueItems: true,
    }),
    /** nothing but S1 between these, in the time of the order's site; over midnight when `from` is later */
    quietHours: Type.Union([Type.Null(), Type.Object({ from: ClockTime, to: ClockTime }, closed)]),
    /** S3 and S4 come as one message in the morning */
    digest: Type.Boolean(),
    /** of incidents about carriers: these alone; absent or empty, all */
    carriers: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        maxItems: 100,
        uniqueItems: true,
      }),
    ),
    email: Type.Union([Type.Null(), MailAddress]),
  },
  closed,
);
export type Preferences = Static<typeof Preferences>;

export const DEFAULT_PREFERENCES: Preferences = {
  minSeverity: "S2",
  sites: [],
  quietHours: null,
  digest: false,
  email: null,
};

export const AccountChange = Type.Object({ preferences: Preferences }, closed);

/**
 * Where an account comes from. `environment`: CT_ADMIN_PASSWORD and the demo's users; their passwords are set there. `oidc`: single sign-on, which also says
 * their role and sites.
 */
export const ORIGINS_OF_USERS = ["local", "oidc", "environment"] as const;
export type UserOrigin = (typeof ORIGINS_OF_USERS)[number];

export type UserView = {
  name: string;
  shownName?: string;
  role: Role;
  sites: GrantedSites;
  origin: UserOrigin;
  disabled: boolean;
  /** until then the one-time password may be used; absent when the person has chosen an own one */
  oneTimePasswordUntil?: string;
  createdAt?: string;
  lastLoginAt?: string;
};
/** The answer to adding a user and to a reset: the password is seen once, here. */
export type UserWithPassword = UserView & {
  oneTimePassword: string;
  oneTimePasswordUntil: string;
};

export type AccountView = UserView & { preferences: Preferences };

export type SessionItem = {
  id: string;
  isCurrent: boolean;
  /** browser and system, as far as they say */
  device: string;
  address: string;
  startedAt: string;
  seenAt: string;
};

/** `GET /session/options`: how one may log in here; asked before anybody is logged in. */
export type LoginOptions = {
  /** single sign-on, by its name; null when it is not configured */
  oidc: { name: string } | null;
  /** the demo's users with their public passwords; empty without the demo */
  demoUsers: { name: string; password: string; role: Role }[];
};

export const SetupLink = Type.Object({ path: Type.String(), until: WireInstant });
export type SetupLink = Static<typeof SetupLink>;

/** `GET /people?site=`: who answers incidents there, by name; who of them may own one. */
export const Colleagues = Type.Object(
  {
    items: Type.Array(
      Type.Object({ name: Type.String(), role: PeopleRole, mayOwn: Type.Boolean() }),
    ),
    next: Type.Union([Type.String(), Type.Null()]),
  },
  { title: "Colleagues" },
);
export type Colleagues = Static<typeof Colleagues>;
