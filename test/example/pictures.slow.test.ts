// The pictures of docs/limits.md are what the engine does today.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

test("docs/pictures is up to date", () => {
  const { stderr, status } = spawnSync(process.execPath, ["scripts/make-pictures.mjs", "--check"], {
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});
