import { defaultClientConditions, defineConfig } from "vite";

/** The element for one script tag: a module at an address that stays, and its worker beside the page's assets. */
export default defineConfig({
  base: "./",
  resolve: { conditions: ["direct-upload-source", ...defaultClientConditions] },
  build: {
    outDir: "../../../static",
    // The page was built there before.
    emptyOutDir: false,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: "src/define.ts",
      output: { entryFileNames: "direct-upload.js" },
    },
  },
  worker: { format: "es" },
});
