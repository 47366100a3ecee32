import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["direct-upload-source"] },
  ssr: { resolve: { conditions: ["direct-upload-source"] } },
  test: {
    environment: "node",
    include: ["packages/*/test/**/*.test.ts", "page/test/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
  },
});
