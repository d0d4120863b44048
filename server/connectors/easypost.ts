/** EasyPost: trackers. Each comes with all that the carrier ever said, so that every scan has its own time, and one that did not arrive comes with the next. */
import { easypostNews } from "./carrier-news.ts";
import { fieldsOf, firstOf, type Fields } from "./fields.ts";
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

const TOPICS: ReadonlySet<string> = new Set(["tracker.created", "tracker.updated"]);

const placeOf = (scan: Fields): string | undefined => {
  const place = scan.child("tracking_location");
  return place && joined(", ", place.text("city"), place.text("state"), place.text("country"));
};

function scanOf(said: Fields, at: number, eta: number | undefined): Scan[] {
  const status = said.mustText("status", 64);
  const detail = said.text("status_detail", 64);
  return easypostNews(status, detail ?? "").map((news) => ({
    at,
    news,
    raw: [status, detail, said.text("message", 512)]
      .filter((word) => word !== undefined)
      .join(": "),
    location: placeOf(said),
    eta,
    ...(said.isZoneless("datetime") && { isZoneAssumed: true }),
  }));
}

/** The tracker's own status stands for a scan where its history lacks it. */
function scansOf(tracker: Fields): Scan[] {
  const eta = tracker.instant("est_delivery_date");
  const told = tracker.list("tracking_details");
  const scans = told.flatMap((scan) => scanOf(scan, scan.mustInstant("datetime"), undefined));
  const last = scans.at(-1);
  if (last !== undefined && eta !== undefined) scans[scans.length - 1] = { ...last, eta };
  const status = tracker.mustText("status", 64);
  if (told.some((scan) => scan.text("status") === status)) return scans;
  const at = tracker.instant("updated_at") ?? tracker.mustInstant("created_at");
  return [...scans, ...scanOf(tracker, at, eta)];
}

function trackingOf(delivery: Delivery, tracker: Fields): Tracking {
  return {
    codes: [tracker.mustText("tracking_code", 128)],
    references: [tracker.text("reference", 128)].filter((one) => one !== undefined),
    carrier: carrierOf(delivery, tracker.text("carrier") ?? "unknown"),
    scans: scansOf(tracker),
  };
}

const bodyOf = ({ body }: Delivery): Fields => fieldsOf(parseJsonWithIds(textOf(body)));
const topicOf = (body: Fields): string =>
  firstOf(body.text("description", 64), body.text("type", 64)) ?? "";

function translate(delivery: Delivery): Translation {
  const body = bodyOf(delivery);
  const topic = topicOf(body);
  if (!TOPICS.has(topic))
    return ignored(topic === "" ? "it names no event" : `${topic} means nothing here`);
  const tracker = body.mustChild("result");
  if (tracker.flag("is_return") === true) return ignored("a parcel on its way back to the house");
  return { is: "tracking", tracking: trackingOf(delivery, tracker) };
}

export const easypost: Connector = { topic: (delivery) => topicOf(bodyOf(delivery)), translate };
