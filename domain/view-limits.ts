/** How much of saved views is kept. Apart from their schema, so that the page may know it without the library that checks it. */
export const VIEW_NAME_MOST = 48;
/** of one person at a site, and of a site */
export const MOST_VIEWS = 50;
