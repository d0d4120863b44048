/**
 * How many rows the dashboard asks for first: some 120 kB, for which a line of 400 kbit/s takes two and a half seconds. A ping that waits behind a page for five ends the connection,
 * so a board of 1,160 orders that was sent at once never came over such a line, and began anew for ever. By itself, since schemas do not belong into a page.
 */
export const FIRST_ROWS = 200;
