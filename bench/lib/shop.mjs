// Projects to run: bench/shop/identity.yml in a folder of its own, beside the data, as it is or as a variant of it.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { BENCH } from "./paths.mjs";

/** The models of the shop, with their keys. */
export const KEYS = {
  crm_contacts: "contact_id",
  orders: "order_id",
  support_tickets: "ticket_id",
  loyalty: "loyalty_id",
  web_events: "event_id",
};

/**
 * Writes a project into `folder`, which is emptied, and returns it. `limits: false` leaves plain components: no limit,
 * policy or cap. `cleaned: true` is for values that are normalised and judged already: no macro, pattern or ignore list.
 * `without` names identifiers to leave out altogether.
 */
export function makeProject({
  folder,
  data,
  threads,
  memoryLimit,
  limits = true,
  cleaned = false,
  without = [],
}) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(resolve(data), join(folder, "data"), "junction");
  const document = parseDocument(readFileSync(join(BENCH, "shop", "identity.yml"), "utf8"));
  document.setIn(["targets", "bench", "threads"], threads);
  if (memoryLimit !== undefined) document.setIn(["targets", "bench", "memory_limit"], memoryLimit);
  for (const name of without) {
    if (!document.deleteIn(["identifiers", name])) throw new Error(`The shop has no identifier ${name}.`);
    for (const model of Object.keys(KEYS)) document.deleteIn(["models", model, "identifiers", name]);
  }
  const dropped = [
    ...(limits ? [] : ["limit", "contested", "max_records"]),
    ...(cleaned ? ["normalize", "valid", "ignore"] : []),
  ];
  for (const { key } of document.get("identifiers").items) {
    for (const name of dropped) document.deleteIn(["identifiers", key.value, name]);
  }
  writeFileSync(join(folder, "identity.yml"), String(document));
  return folder;
}

/** The identifiers of a project in one line, by priority, with their limits and who keeps what is contested. */
export function describeIdentifiers(folder) {
  const { identifiers } = parseDocument(readFileSync(join(folder, "identity.yml"), "utf8")).toJS();
  return Object.entries(identifiers)
    .sort(([, left], [, right]) => left.priority - right.priority)
    .map(([name, { limit = "no limit", contested = "nobody" }]) => `${name} ${limit} (${contested})`)
    .join(", ");
}
