/** Codes to numbers and back; the pairs are those of GS1's Tag Data Standard. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  checkDigit,
  orderUri,
  parcelIdOf,
  parcelUri,
  skuOf,
  skuUri,
  transactionId,
} from "../../../server/epcis/epc.ts";

test.each([
  ["urn:epc:id:sscc:0614141.1234567890", "106141412345678908"],
  ["https://id.gs1.org/00/106141412345678908", "106141412345678908"],
  ["https://example.com/a/00/106141412345678908?x=1", "106141412345678908"],
  ["urn:epc:id:sscc:0614141.12345", null],
  ["urn:epc:id:sgtin:0614141.812345.6789", null],
  ["urn:control-tower:parcel:P%2F1", "P/1"],
  ["1Z999", null],
])("%s is the parcel %s", (uri, parcel) => {
  expect(parcelIdOf(uri)).toBe(parcel);
});

test.each([
  ["urn:epc:id:sgtin:0614141.812345.6789", "80614141123458"],
  ["urn:epc:idpat:sgtin:0614141.812345.*", "80614141123458"],
  ["https://id.gs1.org/01/80614141123458/10/LOT", "80614141123458"],
  ["urn:control-tower:sku:SKU%201", "SKU 1"],
  ["https://example.com/articles/7", "https://example.com/articles/7"],
])("%s is the article %s", (uri, sku) => {
  expect(skuOf(uri)).toBe(sku);
});

const name = fc.string({ minLength: 1, maxLength: 40 }).filter((text) => text.isWellFormed());
test("whatever an order, a parcel or an article is called, its address leads back to it", () => {
  fc.assert(
    fc.property(name, (text) => {
      expect(transactionId(orderUri(text))).toBe(text);
      expect(parcelIdOf(parcelUri(text))).toBe(text);
      expect(skuOf(skuUri(text))).toBe(text);
    }),
  );
});

test("an SSCC and a GTIN have the address that GS1 gives them", () => {
  const digits = fc.stringMatching(/^\d{17}$/);
  fc.assert(
    fc.property(digits, (start) => {
      const sscc = start + checkDigit(start);
      expect(parcelUri(sscc)).toBe(`https://id.gs1.org/00/${sscc}`);
      expect(parcelIdOf(parcelUri(sscc))).toBe(sscc);
    }),
  );
  expect(skuUri("80614141123458")).toBe("https://id.gs1.org/01/80614141123458");
});
