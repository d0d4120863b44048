/**
 * What `personal-keys` holds of an order: a record of fixed width for each of its events with personal fields, one behind the other. A record is when it was made (seconds,
 * base 36), an id that the sealed fields name, and the salt.
 */
const TIME = 7;
const ID = 8;
const SALT = 24;
const WIDTH = TIME + ID + SALT;

export type FreshKey = { at: number; id: string; salt: string };

/** From 32 random characters. */
export const freshKey = (random: string, now: number): FreshKey => ({
  at: now,
  id: random.slice(0, ID),
  salt: random.slice(ID, ID + SALT),
});

export const keyRecord = ({ at, id, salt }: FreshKey): string =>
  Math.floor(at / 1_000)
    .toString(36)
    .padStart(TIME, "0") +
  id +
  salt;

/** The salt of the record with that id; null when it is not there any more. */
export function saltIn(records: string, id: string): string | null {
  for (let at = 0; at < records.length; at += WIDTH) {
    const from = at + TIME;
    if (records.slice(from, from + ID) === id) return records.slice(from + ID, at + WIDTH);
  }
  return null;
}

/** ms at which the newest record was made. */
export const lastKeyAt = (records: string): number =>
  Number.parseInt(records.slice(-WIDTH, TIME - WIDTH), 36) * 1_000;
