/**
 * Electronic product codes and business transactions, between the standard's addresses and the plain numbers of orders, parcels and articles. A code that is
 * none of GS1's stands under a URN of our own, and comes back as what it was.
 */

const OWN = "urn:control-tower:";
const SSCC = "urn:epc:id:sscc:";
const DIGITAL_LINK = "https://id.gs1.org/";
/** classes and instances of trade items, with the company prefix first and the item reference second */
const ITEMS = [
  "urn:epc:class:lgtin:",
  "urn:epc:idpat:sgtin:",
  "urn:epc:id:sgtin:",
  "urn:epc:idpat:lgtin:",
];

const DIGITS = /^\d+$/;
const isDigits = (text: string, length: number): boolean =>
  text.length === length && DIGITS.test(text);

/** The last digit of a GS1 number, from those before it. */
export function checkDigit(digits: string): string {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1)
    sum += Number(digits[digits.length - 1 - place]) * (place % 2 === 0 ? 3 : 1);
  return String((10 - (sum % 10)) % 10);
}

/** `prefix.reference` with the first digit of the reference in front, as GS1 numbers are written out; null when it is not of that length. */
function written(rest: string, length: number): string | null {
  const [prefix = "", reference = ""] = rest.split(".");
  const digits = `${reference.slice(0, 1)}${prefix}${reference.slice(1)}`;
  return isDigits(digits, length - 1) ? digits + checkDigit(digits) : null;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** What follows `/<key>/` in a Digital Link of any resolver, up to the next slash or question mark. */
function inDigitalLink(uri: string, key: string, length: number): string | null {
  if (!uri.startsWith("http")) return null;
  const at = uri.indexOf(`/${key}/`);
  if (at < 0) return null;
  const number = uri.slice(at + key.length + 2).split(/[/?#]/)[0] ?? "";
  return isDigits(number, length) ? number : null;
}

const ownName = (uri: string, kind: string): string | null =>
  uri.startsWith(`${OWN}${kind}:`) ? decoded(uri.slice(OWN.length + kind.length + 1)) : null;

/** The parcel that an EPC names: an SSCC's eighteen digits, or the id under which we gave it out; null for what is no parcel. */
export function parcelIdOf(uri: string): string | null {
  if (uri.startsWith(SSCC)) return written(uri.slice(SSCC.length), 18);
  return inDigitalLink(uri, "00", 18) ?? ownName(uri, "parcel");
}

/** The address of a parcel. */
export const parcelUri = (parcelId: string): string =>
  isDigits(parcelId, 18) && checkDigit(parcelId.slice(0, 17)) === parcelId[17]
    ? `${DIGITAL_LINK}00/${parcelId}`
    : `${OWN}parcel:${encodeURIComponent(parcelId)}`;

/** The article of a class or instance: a GTIN of fourteen digits where it says one, else what we gave out, else the address itself. */
export function skuOf(uri: string): string {
  const item = ITEMS.find((prefix) => uri.startsWith(prefix));
  const gtin = item === undefined ? null : written(uri.slice(item.length), 14);
  return (gtin ?? inDigitalLink(uri, "01", 14) ?? ownName(uri, "sku") ?? uri).slice(0, 128);
}

/** The class of an article. */
export const skuUri = (sku: string): string =>
  isDigits(sku, 14) && checkDigit(sku.slice(0, 13)) === sku[13]
    ? `${DIGITAL_LINK}01/${sku}`
    : `${OWN}sku:${encodeURIComponent(sku)}`;

/** The number that a business transaction is known by: the last part of a URN, the last segment of an address, else the text. */
export function transactionId(uri: string): string {
  const own = ownName(uri, "order");
  if (own !== null) return own;
  if (uri.startsWith("urn:")) return decoded(uri.slice(uri.lastIndexOf(":") + 1));
  if (!uri.includes("://")) return uri;
  const path = uri.split(/[?#]/)[0] ?? "";
  const segments = path.split("/").filter((segment) => segment !== "");
  return decoded(segments.length > 2 ? (segments.at(-1) ?? uri) : uri);
}

export const orderUri = (orderId: string): string => `${OWN}order:${encodeURIComponent(orderId)}`;
