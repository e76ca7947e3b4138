// The whole shop: draws the people, then the records of the five sources, and writes down whose each record is.
import { orders, storesOf, webEvents } from "./activity.mjs";
import { population } from "./people.mjs";
import { phoneBook } from "./phones.mjs";
import { random } from "./random.mjs";
import { crmContacts, loyaltyMembers, supportTickets } from "./sources.mjs";

// The columns that make a record key, as identity.yml has them.
const keys = {
  crm_contacts: ["contact_id"],
  orders: ["store_code", "order_no"],
  web_events: ["event_id"],
  support_tickets: ["ticket_id"],
  loyalty_members: ["member_no"],
};

/** `{ sources, truth }`: rows by source, and one row of truth per record key. The same seed gives the same shop. */
export function shop(seed, people = 10_000) {
  const chance = random(seed);
  // A stream of its own for every source: a change of one leaves the others as they were.
  const stream = () => random(chance.int(0, 2 ** 31));
  const [forPeople, forStores, ...forSources] = Array.from({ length: 7 }, stream);
  const phone = phoneBook(forStores);
  const stores = storesOf(forStores, phone);
  const everybody = population(forPeople, people, phone);
  const made = {
    crm_contacts: crmContacts(forSources[0], everybody),
    orders: orders(forSources[1], everybody, stores),
    web_events: webEvents(
      forSources[2],
      everybody,
      stores.map((store) => store.kiosk),
    ),
    support_tickets: supportTickets(forSources[3], everybody),
    loyalty_members: loyaltyMembers(forSources[4], everybody),
  };
  const sources = {};
  const truth = [];
  for (const [source, rows] of Object.entries(made)) {
    sources[source] = rows.map((one) => one.fields);
    for (const one of rows) {
      if (one.again) continue;
      truth.push({
        record_key: `${source}:${keys[source].map((column) => one.fields[column]).join("|")}`,
        person_id: one.person,
        known: String(one.known),
        traps: [...one.traps].sort().join("|"),
      });
    }
  }
  return { sources, truth };
}
