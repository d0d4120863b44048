/** Where something is counted: a dimension and one of its values. */
import { VALUE_GROUPS } from "../contract/analytics-names.ts";

export const DIMENSIONS = ["all", ...VALUE_GROUPS] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export type Place = readonly [dim: Dimension, value: string];
