import { defineConfig } from "vitest/config";

export default defineConfig({
  // Relative addresses: the page may be mounted under a prefix.
  base: "./",
  build: {
    outDir: "../static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  test: { environment: "node", include: ["test/**/*.test.ts"], testTimeout: 30_000 },
});
