import "@fontsource-variable/inter/wght.css";
import "./wall.css";
import { createPinia } from "pinia";
import { createApp } from "vue";
import WallApp from "./WallApp.vue";
import { createWords } from "../words/i18n.ts";

createApp(WallApp).use(createPinia()).use(createWords()).mount("#app");
