import "@fontsource-variable/inter/wght.css";
import "./ui/frame.css";
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import { createTowerRouter } from "./router.ts";
import { applyTheme } from "./ui/theme.ts";

applyTheme(document.documentElement);
createApp(App).use(createPinia()).use(createTowerRouter()).mount("#app");
