#!/usr/bin/env node
// The command `idweave` as it is installed. What it does is in command.ts.
import { load } from "./code-cache.ts";

load("./command.cjs");
