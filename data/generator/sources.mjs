// The contact-like sources of the shop: CRM, loyalty programme, support. Each gives rows in the order in which the source wrote them.
import { day, iso, last } from "./people.mjs";
import * as show from "./values.mjs";

const HOUR = 3_600_000;

/** A record to be: its time, its person, what it shows, the traps in it. Known: it shows an email, phone or user id of the person. */
export const row = (time, person, traps, known, fields) => ({
  time,
  person: person?.id ?? "",
  traps,
  known,
  fields,
});

const usable = (value, traps, placeholder) => value !== "" && !traps.has(placeholder);
const known = (traps, email, phone, account) =>
  (usable(email, traps, "placeholder_email") && !traps.has("no_reply")) ||
  usable(phone, traps, "placeholder_phone") ||
  account !== "";
const pad = (number, digits) => String(number).padStart(digits, "0");

// Numbers the rows in the order of their times: `number` gives the key of the i-th, counted from 1.
const numbered = (rows, column, number) => {
  rows.sort((a, b) => a.time - b.time);
  for (const [i, entry] of rows.entries()) entry.fields[column] = number(i + 1);
  return rows;
};

/** The moment of something that a person does, after the shop first met them. */
export const momentOf = (chance, person) =>
  person.since + Math.floor(chance.unit() * ((last - person.since) / 1000)) * 1000;

/** crm_contacts: one row per contact that an employee or a form created; some people twice. */
export function crmContacts(chance, people) {
  const rows = [];
  for (const person of people) {
    const copies = chance.weighted([
      [0, 15],
      [1, 70],
      [2, 13],
      [3, 2],
    ]);
    for (let i = 0; i < copies; i++) rows.push(contact(person));
  }
  for (let i = 0; i < 12; i++) rows.push(testAccount(i));
  return numbered(rows, "contact_id", (i) => `C${pad(i, 6)}`);

  function contact(person) {
    const traps = new Set();
    const created = momentOf(chance, person);
    const updated =
      created + (chance.chance(0.5) ? 0 : Math.floor((chance.unit() * (last - created)) / 1000) * 1000);
    const [first, family] = show.namesOf(chance, person, updated, traps);
    const email = show.arrivingEmail(chance, show.emailOf(chance, person, updated, traps), traps, 0.12);
    const others = [person.workEmail, person.secondAccount?.email].filter(
      (other) => other !== undefined && chance.chance(0.15),
    );
    const mobile = show.arrivingPhone(chance, show.phoneOf(chance, person, updated, traps), traps, 0.25);
    const account = person.account !== undefined && chance.chance(0.55) ? `u${person.account}` : "";
    const address = show.addressOf(person, updated);
    return row(created, person, traps, known(traps, email, mobile, account), {
      contact_id: "",
      external_id: account,
      first_name: first,
      last_name: family,
      birth_date: chance.chance(0.5) ? person.birthDate : "",
      email,
      other_emails: others.join(";"),
      mobile,
      country: show.countryOf(chance, person),
      street: address.street,
      city: address.city,
      postcode: address.postcode,
      source: chance.pick(["web_form", "store", "fair", "import", "call"]),
      created_at: iso(created),
      updated_at: iso(updated),
    });
  }

  function testAccount(i) {
    const created = iso(day(chance));
    return row(Date.parse(created), undefined, new Set(["test_account"]), false, {
      contact_id: "",
      external_id: "",
      first_name: "Test",
      last_name: `Account ${i + 1}`,
      birth_date: "",
      email: "test@test.com",
      other_emails: "",
      mobile: "0000000000",
      country: "US",
      street: "",
      city: "",
      postcode: "",
      source: "import",
      created_at: created,
      updated_at: created,
    });
  }
}

/** loyalty_members: one row per membership; a lost card is a second membership. Numbers keep their leading zeros. */
export function loyaltyMembers(chance, people) {
  const rows = people.flatMap((person) => person.cards.map((card) => membership(person, card)));
  return numbered(rows, "member_no", (i) => pad(i, 8));

  function membership(person, card) {
    const traps = new Set();
    const joined = momentOf(chance, person);
    const [first, family] = show.namesOf(chance, person, joined, traps);
    const email = show.arrivingEmail(chance, show.emailOf(chance, person, joined, traps), traps, 0.2);
    const mobile = show.arrivingPhone(chance, show.phoneOf(chance, person, joined, traps), traps, 0.2);
    const address = show.addressOf(person, joined);
    const paper = chance.chance(0.01);
    if (paper) traps.add("no_time");
    if (person.cards.length > 1) traps.add("second_card");
    return row(joined, person, traps, known(traps, email, mobile, ""), {
      member_no: "",
      card_no: cardNumber(card),
      first_name: first,
      last_name: family,
      birth_date: chance.chance(0.9) ? person.birthDate : "",
      email,
      mobile,
      street: address.street,
      city: address.city,
      postcode: address.postcode,
      country: show.countryOf(chance, person),
      joined_on: paper ? "" : iso(joined).slice(0, 10),
    });
  }
}

/** A card number as it is printed: ten digits, leading zeros among them. */
export const cardNumber = (card) => pad(card, 10);

/** support_tickets: one row per ticket; the helpdesk is in Berlin and writes local times with their offset. */
export function supportTickets(chance, people) {
  const rows = [];
  for (const person of people)
    for (let i = chance.times(person.zeal * 0.58, 6); i > 0; i--) rows.push(ticket(person));
  return numbered(rows, "ticket_id", (i) => `T-${pad(i, 5)}`);

  function ticket(person) {
    const traps = new Set();
    const time = momentOf(chance, person);
    const channel = chance.pick(["email", "email", "phone", "chat", "form"]);
    const [first, family] = show.namesOf(chance, person, time, traps);
    // A form that the website sends on arrives from the website's own address.
    const sentOn = channel === "form" && chance.chance(0.08);
    if (sentOn) traps.add("no_reply");
    const email = sentOn
      ? chance.pick(["no-reply@shop.example", "noreply@shop.example", "NoReply@forms.example"])
      : show.arrivingEmail(
          chance,
          show.emailOf(chance, person, time, traps),
          traps,
          channel === "phone" ? 0.5 : 0.02,
        );
    const phone = show.arrivingPhone(
      chance,
      show.phoneOf(chance, person, time, traps),
      traps,
      channel === "phone" ? 0.02 : 0.7,
    );
    const account = person.account !== undefined && chance.chance(0.3) ? `u${person.account}` : "";
    return row(time, person, traps, known(traps, email, phone, account), {
      ticket_id: "",
      created_at: berlin(time),
      channel,
      requester_name: `${first} ${family}`,
      requester_email: email,
      requester_phone: phone,
      requester_country: show.countryOf(chance, person),
      user_id: account,
      subject: chance.pick([
        "Where is my parcel?",
        "Return",
        "Refund",
        "Wrong size",
        "Card lost",
        "Change of address",
        "Password",
      ]),
    });
  }
}

// Summer time is taken as April to October, which is close enough for a sample: the offset says which one was meant.
function berlin(time) {
  const month = new Date(time).getUTCMonth();
  const hours = month >= 3 && month < 9 ? 2 : 1;
  return `${iso(time + hours * HOUR).slice(0, -1)}+0${hours}:00`;
}
