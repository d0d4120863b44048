/** Every code that leaves the system: its HTTP status, its title, and whether sending the same again can help. */
export const ERRORS = {
  CT_ERR_NOT_JSON: { status: 400, title: "The body is not valid JSON", retryable: false },
  CT_ERR_BAD_REQUEST: { status: 400, title: "The request cannot be understood", retryable: false },
  CT_ERR_UNAUTHENTICATED: { status: 401, title: "Log in or send a key", retryable: false },
  CT_ERR_FORBIDDEN: { status: 403, title: "Your role may not do this", retryable: false },
  CT_ERR_ORIGIN: { status: 403, title: "This origin is not allowed", retryable: false },
  CT_ERR_NOT_FOUND: { status: 404, title: "There is no such thing", retryable: false },
  CT_ERR_ORDER_WAITING: {
    status: 404,
    title: "Events are waiting for this order, which is not known yet",
    retryable: true,
  },
  CT_ERR_METHOD: { status: 405, title: "This method does not exist here", retryable: false },
  CT_ERR_CONFLICT: { status: 409, title: "Somebody else changed it first", retryable: false },
  CT_ERR_TOO_LARGE: { status: 413, title: "The body is too large", retryable: false },
  CT_ERR_TOO_MANY_EVENTS: {
    status: 413,
    title: "A request holds at most 500 events",
    retryable: false,
  },
  CT_ERR_UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    title: "This content type is not accepted here",
    retryable: false,
  },
  CT_ERR_INVALID: { status: 422, title: "The request does not fit its schema", retryable: false },
  CT_ERR_INVALID_EVENT: {
    status: 422,
    title: "An event does not fit its schema",
    retryable: false,
  },
  CT_ERR_UNKNOWN_TYPE: { status: 422, title: "This event type does not exist", retryable: false },
  CT_ERR_UNKNOWN_SITE: {
    status: 422,
    title: "This site does not exist for this key",
    retryable: false,
  },
  CT_ERR_UNKNOWN_SOURCE: {
    status: 422,
    title: "This key may not send for this source",
    retryable: false,
  },
  CT_ERR_SITE_REQUIRED: {
    status: 422,
    title: "Say which site: this key has several",
    retryable: false,
  },
  CT_ERR_EVENT_CONFLICT: {
    status: 422,
    title: "This event id was used before with another body",
    retryable: false,
  },
  CT_ERR_EVENT_TOO_LARGE: { status: 413, title: "An event is at most 256 KiB", retryable: false },
  CT_ERR_TOO_MANY_REQUESTS: { status: 429, title: "Too many requests", retryable: true },
  CT_ERR_INTERNAL: { status: 500, title: "Something went wrong here", retryable: true },
  CT_ERR_NO_HISTORY: {
    status: 503,
    title: "History does not answer; all that is live goes on",
    retryable: true,
  },
  CT_ERR_UNAVAILABLE: {
    status: 503,
    title: "The store does not answer; send again",
    retryable: true,
  },
  CT_ERR_OVERLOADED: {
    status: 503,
    title: "Too much is waiting; send again later",
    retryable: true,
  },
  CT_ERR_EXISTS: { status: 409, title: "There is one of that name already", retryable: false },
  CT_ERR_PROTECTED: {
    status: 409,
    title: "This account is not changed here",
    retryable: false,
  },
  CT_ERR_LAST_ADMIN: {
    status: 409,
    title: "Nobody would be left to administer the tower",
    retryable: false,
  },
  CT_ERR_PASSWORD: { status: 422, title: "Choose another password", retryable: false },
  CT_ERR_LINK_USED: {
    status: 403,
    title: "This link was used or is too old",
    retryable: false,
  },
  CT_ERR_UNDONE_TOO_LATE: {
    status: 409,
    title: "It can be undone for 60 seconds",
    retryable: false,
  },
  CT_ERR_INCIDENT_OVER: { status: 409, title: "This incident is resolved", retryable: false },
  CT_ERR_NO_STEP: { status: 409, title: "There is no further step to take", retryable: false },
  CT_ERR_WEBHOOK_ADDRESS: {
    status: 422,
    title: "Nothing may be sent to this address",
    retryable: false,
  },
  CT_ERR_PAIRING_PENDING: {
    status: 400,
    title: "Nobody has claimed this screen yet",
    retryable: true,
  },
  CT_ERR_PAIRING_SLOW_DOWN: { status: 400, title: "Ask less often", retryable: true },
  CT_ERR_PAIRING_EXPIRED: {
    status: 400,
    title: "This code is over; ask for a new one",
    retryable: false,
  },
  CT_ERR_PAIRING_CODE: { status: 404, title: "No screen shows this code", retryable: false },
  CT_ERR_DISPLAY_ENDED: {
    status: 401,
    title: "This display is not paired any more",
    retryable: false,
  },
  CT_ERR_ORDER_TOO_LARGE: {
    status: 422,
    title: "An order holds at most 1,000 events or 256 KiB",
    retryable: false,
  },
  // causes of dead letters: never an answer to a request
  CT_ERR_RULES_THREW: { status: 500, title: "The rules failed on this event", retryable: false },
  CT_ERR_RECORD_UNREADABLE: {
    status: 500,
    title: "A stored record cannot be read",
    retryable: false,
  },
  CT_ERR_WAITED_TOO_LONG: {
    status: 422,
    title: "The order of these events did not come within 24 hours",
    retryable: false,
  },
  CT_ERR_TOO_MANY_WAITING: {
    status: 422,
    title: "Too many events wait for unknown orders",
    retryable: false,
  },
} as const satisfies Record<string, { status: number; title: string; retryable: boolean }>;

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === "string" && Object.hasOwn(ERRORS, code);
