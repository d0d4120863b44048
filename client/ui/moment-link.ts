/** The way to the board as it was at a moment, and to one order on it. Pure; the instant is epoch ms. */
export const momentLink = (site: string, at: number, order?: string) => ({
  path: "/rewind",
  query: {
    site,
    at: new Date(at).toISOString(),
    ...(order === undefined ? {} : { order }),
  },
});
