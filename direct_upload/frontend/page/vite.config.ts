import { defaultClientConditions, defineConfig } from "vite";

export default defineConfig({
  // Relative addresses: the page may be mounted under a prefix.
  base: "./",
  resolve: { conditions: ["direct-upload-source", ...defaultClientConditions] },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../../static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
});
