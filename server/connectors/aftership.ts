/** AfterShip: trackings with their checkpoints. Times of checkpoints are the place's own and often say no zone: those are read in the zone of the site, and marked. */
import {
  formatDay,
  parseDay,
  parseWallTime,
  startOfDay,
  wallInstant,
} from "../../domain/wall-clock.ts";
import { aftershipNews } from "./carrier-news.ts";
import { fieldsOf, wrongField, type Fields } from "./fields.ts";
import { parseJsonWithIds, textOf } from "./posted.ts";
import { joined } from "./shop-facts.ts";
import {
  carrierOf,
  ignored,
  type Connector,
  type Delivery,
  type Scan,
  type Tracking,
  type Translation,
} from "./translation.ts";

const LOCAL = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d))?(?:\.\d+)?)?$/;

type Time = { at: number; isZoneAssumed: boolean };

/** A time without a zone, in that one; NaN for a day or time that does not exist, null when it has a zone. */
function localInstant(text: string, zone: string): number | null {
  const local = LOCAL.exec(text);
  if (local === null) return null;
  const [, date = "", time = "00:00", seconds = "0"] = local;
  const [day, minutes] = [parseDay(date), parseWallTime(time)];
  const exists = formatDay(day) === date && minutes < 1_440 && Number(seconds) < 60;
  return exists ? wallInstant(zone, day, minutes) + Number(seconds) * 1_000 : Number.NaN;
}

/** When it was, at the place. */
function timeOf(said: Fields, name: string, zone: string): Time | undefined {
  const local = localInstant(said.text(name, 64) ?? "", zone);
  if (Number.isNaN(local)) throw wrongField(`${said.path}/${name}`, "is not an instant");
  if (local !== null) return { at: local, isZoneAssumed: true };
  const at = said.instant(name);
  return at === undefined ? undefined : { at, isZoneAssumed: false };
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/**
 * When a checkpoint was. Carriers may tell the day alone, or nothing: then it is when the service heard of it, and of a day at the latest its end, so that what was
 * done before on that day stays before it.
 */
function checkpointTime(checkpoint: Fields, zone: string): Time | undefined {
  const heard = checkpoint.instant("created_at");
  const text = checkpoint.text("checkpoint_time", 64);
  if (text === undefined)
    return heard === undefined ? undefined : { at: heard, isZoneAssumed: true };
  const time = timeOf(checkpoint, "checkpoint_time", zone);
  if (time === undefined || !DAY.test(text)) return time;
  const end = startOfDay(zone, parseDay(text) + 1) - 1_000;
  return { at: Math.max(time.at, Math.min(heard ?? end, end)), isZoneAssumed: true };
}

const placeOf = (said: Fields): string | undefined =>
  said.text("location") ??
  joined(
    ", ",
    said.text("city"),
    said.text("state"),
    said.text("country_region") ?? said.text("country_iso3"),
  );

function scanOf(said: Fields, { at, isZoneAssumed }: Time): Scan | null {
  const [tag, subtag] = [said.text("tag", 64) ?? "", said.text("subtag", 64) ?? ""];
  if (tag === "" && subtag === "") return null;
  const words = said.text("message", 512) ?? said.text("subtag_message", 512);
  return {
    at,
    news: aftershipNews(tag, subtag),
    raw: [subtag === "" ? tag : subtag, words].filter((word) => word !== undefined).join(": "),
    location: placeOf(said),
    ...(isZoneAssumed && { isZoneAssumed }),
  };
}

function checkpointsOf(message: Fields, zone: string): Scan[] {
  return message.list("checkpoints").flatMap((checkpoint) => {
    const time = checkpointTime(checkpoint, zone);
    if (time === undefined) throw wrongField(`${checkpoint.path}/checkpoint_time`, "is required");
    return scanOf(checkpoint, time) ?? [];
  });
}

/** When it is expected: by whichever source they trust most, where they say that, else as the carrier says. */
const expectedAt = (message: Fields, zone: string): number | undefined => {
  const latest = message.child("latest_estimated_delivery");
  const newer = latest && timeOf(latest, "datetime", zone);
  return (newer ?? timeOf(message, "expected_delivery", zone))?.at;
};

/** Its own tag stands for a checkpoint where none has it. */
function scansOf(message: Fields, zone: string): Scan[] {
  const scans = checkpointsOf(message, zone);
  const tag = message.text("tag", 64);
  const isTold = message.list("checkpoints").some((checkpoint) => checkpoint.text("tag") === tag);
  const time = timeOf(message, "updated_at", zone);
  const own = tag === undefined || isTold || time === undefined ? null : scanOf(message, time);
  const all = own === null ? scans : [...scans, own];
  const eta = expectedAt(message, zone);
  const last = all.at(-1);
  return last === undefined || eta === undefined ? all : [...all.slice(0, -1), { ...last, eta }];
}

function trackingOf(delivery: Delivery, message: Fields): Tracking {
  return {
    codes: [message.mustText("tracking_number", 128)],
    references: ["order_id", "order_number"].flatMap((name) => message.text(name, 128) ?? []),
    carrier: carrierOf(delivery, message.text("slug") ?? "unknown"),
    scans: scansOf(message, delivery.site.timeZone),
  };
}

const bodyOf = ({ body }: Delivery): Fields => fieldsOf(parseJsonWithIds(textOf(body)));
const topicOf = (body: Fields): string => body.text("event", 64) ?? "";

function translate(delivery: Delivery): Translation {
  const body = bodyOf(delivery);
  const topic = topicOf(body);
  if (topic !== "tracking_update")
    return ignored(topic === "" ? "it names no event" : `${topic} means nothing here`);
  return { is: "tracking", tracking: trackingOf(delivery, body.mustChild("msg")) };
}

export const aftership: Connector = { topic: (delivery) => topicOf(bodyOf(delivery)), translate };
