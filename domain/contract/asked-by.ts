/**
 * Who a page of ours was showing when it asked for something. A browser has one session for all its pages: when another person logs in in one of them, what was asked for in the others
 * before, and is still on its way, would be done under that person's name. The server refuses it.
 */

export const ASKED_BY = "ct-asked-by";

/** Names of single sign-on may hold what a header may not. */
export const askedByValue = (name: string): string => encodeURIComponent(name);
