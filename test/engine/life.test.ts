// The engine against the life scenarios, with incremental runs.
import { describe, test } from "vitest";
import { lives } from "../life/load.ts";
import { passesLife } from "./life.ts";

describe("the engine passes the life scenarios", () => {
  test.concurrent.each(lives())("$name", (life) => passesLife(life, false));
});
