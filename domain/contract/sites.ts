/** The sites file (contract, section 6): what `CT_SITES_FILE` holds and `/api/schemas/sites.json` publishes. */
import { Type, type Static } from "typebox";
import { Site } from "../site.ts";

export const SitesFile = Type.Object(
  { $schema: Type.Optional(Type.String()), sites: Type.Array(Site, { minItems: 1 }) },
  { additionalProperties: false, title: "Sites file" },
);
export type SitesFile = Static<typeof SitesFile>;

/** The rules in force as they stand in Redis and answer `GET /api/v1/config/sites`. */
export const SitesConfig = Type.Object({ version: Type.Integer(), sites: Type.Array(Site) });
export type SitesConfig = Static<typeof SitesConfig>;
