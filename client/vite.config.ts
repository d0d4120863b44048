import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import vue from "@vitejs/plugin-vue";
import { defineConfig, type Plugin } from "vite";

const tower = "http://127.0.0.1:3000";

const visibleText = fileURLToPath(new URL("ui/visible-text.ts", import.meta.url));
const DISPLAYED = /\btoDisplayString as _toDisplayString\b,?/;

/** Every `{{ ... }}` of every template goes through `ui/visible-text.ts` instead of Vue's own conversion. */
const visibleTextPlugin: Plugin = {
  name: "visible-text",
  transform(code, id) {
    if (!/\.vue(\?|$)/.test(id) || !DISPLAYED.test(code)) return null;
    const own = `import { visible as _toDisplayString } from ${JSON.stringify(visibleText)};`;
    return { code: own + code.replace(DISPLAYED, ""), map: null };
  },
};

/** In development `/wall` is the page of walls, as the built server has it. */
const wallAddressPlugin: Plugin = {
  name: "wall-address",
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      if (/^\/wall\/?(\?|$)/.test(request.url ?? "")) request.url = "/wall.html";
      next();
    });
  },
};

const COMPRESSED = /\.(js|css|html|svg)$/;

/** Beside each text its brotli and gzip, made once here: the server sends the one a browser takes, and compresses nothing while it serves. */
const precompressPlugin: Plugin = {
  name: "precompress",
  apply: "build",
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle).filter((file) => COMPRESSED.test(file))) {
      const file = join(dir ?? "", name);
      const text = readFileSync(file);
      writeFileSync(`${file}.br`, brotliCompressSync(text));
      writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
    }
  },
};

/** Built into dist/client, which the server serves. In development the interface and the socket come from a running server. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  plugins: [vue(), visibleTextPlugin, tailwindcss(), wallAddressPlugin, precompressPlugin],
  define: {
    // parts of the translation library that nobody uses here
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  build: {
    rollupOptions: {
      // walls are a page of their own: nothing of the desk is loaded on a screen that hangs for years
      input: [
        fileURLToPath(new URL("index.html", import.meta.url)),
        fileURLToPath(new URL("wall.html", import.meta.url)),
      ],
    },
    outDir: fileURLToPath(new URL("../dist/client", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // The content security policy allows nothing inline: no data: fonts, no polyfill script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": tower,
      "/socket.io": { target: tower, ws: true },
    },
  },
});
