/** The palette, read again when the theme changes. */
import { useMutationObserver } from "@vueuse/core";
import { shallowRef } from "vue";
import { readChartColors } from "./chart-colors.ts";

export function useChartColors() {
  const colors = shallowRef(readChartColors());
  const root = document.documentElement;
  useMutationObserver(
    root,
    () => {
      colors.value = readChartColors();
    },
    { attributes: true, attributeFilter: ["data-theme"] },
  );
  return colors;
}
