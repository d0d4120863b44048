/** The connectors of signed webhooks, by kind. */
import type { ConnectorKind } from "../../domain/contract/connectors.ts";
import { aftership } from "./aftership.ts";
import { easypost } from "./easypost.ts";
import { shopify } from "./shopify.ts";
import { standard } from "./standard.ts";
import type { Connector } from "./translation.ts";
import { woocommerce } from "./woocommerce.ts";

export const HOOKS: Readonly<Record<ConnectorKind, Connector>> = {
  shopify,
  woocommerce,
  easypost,
  aftership,
  standard,
};
