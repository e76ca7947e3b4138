// What people do at the shop: orders and web events. Rows come in the order in which the warehouse heard of them.
import { device, iso, last } from "./people.mjs";
import { written } from "./phones.mjs";
import { cardNumber, momentOf, row } from "./sources.mjs";
import * as show from "./values.mjs";

const MINUTE = 60_000;
const byLoading = (rows) => rows.sort((a, b) => a.loaded - b.loaded || a.time - b.time);

/** orders: one row per order. A store without the customer's number enters its own. */
export function orders(chance, people, stores) {
  const rows = [];
  for (const person of people)
    for (let i = chance.times(person.zeal, 30); i > 0; i--) rows.push(order(person));
  const next = new Map();
  for (const { store, fields } of byLoading(rows)) {
    const number = (next.get(store) ?? 0) + 1;
    next.set(store, number);
    fields.order_no = String(number).padStart(6, "0");
  }
  return rows;

  function order(person) {
    const traps = new Set();
    const time = momentOf(chance, person);
    const loaded = show.loadedAt(chance, time, traps);
    const inStore = chance.chance(0.25);
    const store = inStore
      ? chance.pick(stores.filter((one) => one.country === person.home.country))
      : undefined;
    const signedIn = person.account !== undefined && store === undefined && chance.chance(0.6);
    const second =
      signedIn &&
      person.secondAccount !== undefined &&
      time > person.secondAccount.from &&
      chance.chance(0.6);
    if (second) traps.add("second_account");
    const account = signedIn ? `u${second ? person.secondAccount.id : person.account}` : "";
    // At a till few are asked for their email; a gift concierge orders for many people under one address.
    const concierge = store === undefined && !signedIn && chance.chance(0.006);
    if (concierge) traps.add("concierge");
    const asked = store === undefined || chance.chance(0.4);
    const email = concierge
      ? "orders@concierge.example"
      : asked
        ? show.arrivingEmail(
            chance,
            emailFor(person, second, time, traps),
            traps,
            store === undefined ? 0.02 : 0,
          )
        : "";
    let phone = "";
    if (store !== undefined && chance.chance(0.25)) {
      traps.add("store_phone");
      phone = written(chance, store.phone);
    } else
      phone = show.arrivingPhone(
        chance,
        show.phoneOf(chance, person, time, traps),
        traps,
        store === undefined ? 0.2 : 0.5,
      );
    const card =
      person.cards.length > 0 && chance.chance(store === undefined ? 0.2 : 0.6)
        ? cardNumber(chance.pick(person.cards))
        : "";
    const known =
      account !== "" ||
      (email !== "" && !concierge && !traps.has("placeholder_email")) ||
      (phone !== "" && !traps.has("placeholder_phone") && !traps.has("store_phone"));
    if (email === "" && phone === "" && account === "" && card === "") traps.add("no_contact");
    const [first, family] = show.namesOf(chance, person, time, traps);
    const address = show.addressOf(person, time);
    return {
      ...row(time, person, traps, known, {
        store_code: store?.code ?? "WEB",
        order_no: "",
        user_id: account,
        email,
        phone,
        loyalty_card: card,
        ship_name: store === undefined ? `${first} ${family}` : "",
        ship_street: store === undefined ? address.street : "",
        ship_city: store === undefined ? address.city : "",
        ship_postcode: store === undefined ? address.postcode : "",
        ship_country: store === undefined ? show.countryOf(chance, person) : person.home.country,
        amount: `${chance.int(4, 260)}.${chance.pick(["00", "50", "95", "99"])}`,
        ordered_at: iso(time),
        loaded_at: iso(loaded),
      }),
      store: store?.code ?? "WEB",
      loaded,
    };
  }

  function emailFor(person, second, time, traps) {
    return second ? person.secondAccount.email : show.emailOf(chance, person, time, traps);
  }
}

/** web_events: one row per event; visits begin without a name and may sign in. One in 200 is delivered twice. */
export function webEvents(chance, people, kiosks) {
  const rows = [];
  for (const person of people)
    for (let i = 1 + chance.times(person.zeal * 0.93, 20); i > 0; i--) visit(person);
  for (const [i, entry] of byLoading(rows).entries())
    entry.fields.event_id = `E${String(i + 1).padStart(7, "0")}`;
  const again = rows
    .filter(() => chance.chance(0.005))
    .map((entry) => {
      entry.traps.add("delivered_twice");
      const loaded = entry.loaded + chance.int(1, 600) * 1000;
      return { ...entry, loaded, again: true, fields: { ...entry.fields, received_at: iso(loaded) } };
    });
  return byLoading([...rows, ...again]);

  function visit(person) {
    const time = momentOf(chance, person);
    const own = chance.pick(person.devices);
    const local = kiosks.filter((kiosk) => kiosk.country === person.home.country);
    const [kind, used] = chance.weighted([
      [["own", own], 88],
      [["shared_tablet", person.home.tablet ?? own], person.home.tablet === undefined ? 0 : 25],
      [["kiosk", chance.pickFront(local) ?? own], local.length === 0 ? 0 : 5],
    ]);
    const cookie = used.cookies.filter(({ from }) => from <= time).at(-1).id;
    const length = chance.weighted([
      [1, 40],
      [2, 30],
      [3, 20],
      [4, 10],
    ]);
    const signsIn =
      person.account !== undefined && chance.chance(kind === "kiosk" ? 0.7 : 0.45)
        ? chance.int(0, length)
        : length;
    for (let i = 0; i < length; i++) {
      const at = Math.min(time + i * chance.int(20, 240) * 1000, last - MINUTE);
      const traps = new Set(kind === "own" ? [] : [kind]);
      const loaded = show.loadedAt(chance, at, traps);
      const signedIn = i >= signsIn;
      const clicked = !signedIn && chance.chance(0.05);
      const email = clicked ? show.emailOf(chance, person, at, traps) : "";
      if (!signedIn && signsIn < length) traps.add("login_later");
      if (!signedIn && !clicked) traps.add("anonymous");
      rows.push({
        ...row(at, person, traps, signedIn || clicked, {
          event_id: "",
          anonymous_id: cookie,
          device_id: used.id ?? "",
          user_id: signedIn ? `u${person.account}` : "",
          email,
          event: clicked
            ? "newsletter_click"
            : i === signsIn
              ? "login"
              : chance.pick(["page_view", "page_view", "product_view", "add_to_cart"]),
          page: chance.pick([
            "/",
            "/sale",
            "/shoes",
            "/jackets",
            "/bags",
            "/cart",
            "/account",
            "/help",
            "/stores",
          ]),
          occurred_at: iso(at),
          received_at: iso(loaded),
        }),
        loaded,
      });
    }
  }
}

/** The stores, each with a telephone at the till and a kiosk on which customers sign in. */
export function storesOf(chance, phones) {
  return ["US", "US", "US", "GB", "DE", "FR"].map((country, i) => ({
    code: `${country}${String((i % 3) + 1).padStart(2, "0")}`,
    country,
    phone: phones(country),
    kiosk: { country, ...device(chance, true) },
  }));
}
