import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // One worker fewer than cores, the default, leaves half of a small machine idle.
    maxWorkers: "100%",
    // Guards against what hangs, not against a slow machine.
    testTimeout: 600_000,
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.slow.test.ts", "test/**/*.long.test.ts", "test/warehouses/**"],
        },
      },
      { extends: true, test: { name: "slow", include: ["test/**/*.slow.test.ts"] } },
      // A quarter of an hour by itself: `npm run test:mutations`.
      { extends: true, test: { name: "mutations", include: ["test/**/*.long.test.ts"] } },
      // Needs the stand-ins of warehouses: `npm run test:warehouses`.
      {
        extends: true,
        test: {
          name: "warehouses",
          include: ["test/warehouses/**/*.test.ts"],
          testTimeout: 1_200_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
