// The engine against the life scenarios, with full runs on the state of the day before.
import { describe, test } from "vitest";
import { lives } from "../life/load.ts";
import { passesLife } from "./life.ts";

describe("the engine passes the life scenarios with full runs", () => {
  test.concurrent.each(lives())("$name", (life) => passesLife(life, true));
});
