/** Light, dark or as the system says; density of rows. Both belong to the device, not to the person. */
import { useLocalStorage, usePreferredDark } from "@vueuse/core";
import { computed, watchEffect } from "vue";

export type Theme = "system" | "light" | "dark";
export type Density = "compact" | "normal" | "comfortable";

export const ROW_HEIGHTS: Readonly<Record<Density, number>> = {
  compact: 28,
  normal: 32,
  comfortable: 40,
};

/** rows under a finger, whatever density was chosen */
export const TOUCH_ROW = 56;

const theme = useLocalStorage<Theme>("ct-theme", "system");
const density = useLocalStorage<Density>("ct-density", "normal");
const prefersDark = usePreferredDark();
const isDark = computed(() =>
  theme.value === "system" ? prefersDark.value : theme.value === "dark",
);

/** `isDark` is what is shown now; charts read it to choose their colours. */
export const useTheme = () => ({ theme, density, isDark });

/** Called once, before the first paint. */
export function applyTheme(root: HTMLElement): void {
  watchEffect(() => {
    root.dataset["theme"] = isDark.value ? "dark" : "light";
  });
}
