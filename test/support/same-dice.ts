/**
 * Properties are tried on the same cases each time, so that a red run can be repeated and a green one says something of the change. With `CT_LONG=1` they are new ones;
 * whoever names a seed or a number of runs keeps them.
 */
import fc from "fast-check";

if (process.env["CT_LONG"] !== "1") fc.configureGlobal({ seed: 20_261_201 });
