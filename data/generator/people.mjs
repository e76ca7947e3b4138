// Who lives in the sample: households, the people in them, and what each of them may be known by. Records are made elsewhere.
import { companies, countries, nicknames } from "./names.mjs";

const DAY = 86_400_000;
/** The days of the sample: from `first` (included) to `last` (excluded), in milliseconds. */
export const first = Date.UTC(2023, 6, 1);
export const last = Date.UTC(2025, 6, 1);

/** Letters and digits of ASCII only, lower case: the part of a name that fits an email address. */
export const ascii = (text) =>
  text
    .replaceAll("ß", "ss")
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]/g, "")
    .toLowerCase();

/**
 * Makes at least `count` people (the last household is completed), with numbers from `phone`. Each has an `id`, what they may be
 * known by, devices, and an account or none.
 */
export function population(chance, count, phone) {
  const takenEmails = new Set();
  const email = (local, domain) => {
    // At Gmail dots do not matter, so a second owner cannot have the same letters.
    const mailbox = (name) => `${domain === "gmail.com" ? name.replaceAll(".", "") : name}@${domain}`;
    let name = local;
    for (let n = chance.int(2, 90); takenEmails.has(mailbox(name)); n++) name = `${local}${n}`;
    takenEmails.add(mailbox(name));
    return `${name}@${domain}`;
  };
  const accounts = numbers(chance, 100_000);
  const cards = numbers(chance, 900_000);
  const people = [];
  while (people.length < count) people.push(...household());
  recycle(people);
  return people;

  function household() {
    const country = chance.weighted(Object.entries(countries).map(([code, { share }]) => [code, share]));
    const size = chance.weighted([
      [1, 38],
      [2, 32],
      [3, 14],
      [4, 12],
      [5, 4],
    ]);
    const kin = chance.weighted(countries[country].names);
    const home = {
      country,
      addresses: [address(country), address(country)],
      movedAt: chance.chance(0.08) ? day(chance) : last,
      name: chance.pickFront(kin.last),
      landline: chance.chance(size > 1 ? 0.28 : 0.1) ? phone(country) : undefined,
      tablet: size > 1 && chance.chance(0.3) ? device(chance, true) : undefined,
      email: undefined,
    };
    if (size > 1 && chance.chance(0.05)) home.email = email(`the.${ascii(home.name)}s`, mailDomain());
    const members = [];
    for (let i = 0; i < size; i++) members.push(person(home, kin, members));
    return members;
  }

  function person(home, kin, elders) {
    const elder = elders.find((member) => member.birthYear < 1975);
    // A father and a son of one name: all that tells them apart is their birth date.
    const namesake = elder !== undefined && elders.length > 1 && chance.chance(0.04);
    const twin = namesake || !chance.chance(0.015) ? undefined : elders.at(-1);
    const used = elders.map((member) => member.firstName);
    let firstName = chance.pickFront(kin.first);
    while (!namesake && used.includes(firstName)) firstName = chance.pickFront(kin.first);
    if (namesake) firstName = elder.firstName;
    const lastName =
      namesake || twin !== undefined || chance.chance(0.85) ? home.name : chance.pickFront(kin.last);
    const birthYear = namesake ? elder.birthYear + 28 : (twin?.birthYear ?? chance.int(1945, 2005));
    const [f, l] = [ascii(firstName) || "x", ascii(lastName) || "x"];
    const work = chance.chance(0.28) ? `${chance.pickFront(companies)}.example` : undefined;
    return {
      id: `P${String(people.length + elders.length + 1).padStart(5, "0")}`,
      home,
      firstName,
      lastName,
      namesake,
      twin: twin !== undefined,
      birthYear,
      // One in 25 takes another last name in these years.
      newName: chance.chance(0.04) ? chance.pickFront(kin.last) : lastName,
      renamedAt: day(chance),
      birthDate:
        twin?.birthDate ?? iso(Date.UTC(birthYear, chance.int(0, 12), chance.int(1, 29))).slice(0, 10),
      email: email(
        chance.weighted([
          [`${f}.${l}`, 4],
          [`${f}${l}`, 2],
          [`${f[0]}${l}`, 2],
          [`${f}.${l}${birthYear % 100}`, 3],
          [`${f}_${l}`, 1],
        ]),
        mailDomain(),
      ),
      workEmail: work === undefined ? undefined : email(`${f[0]}.${l}`, work),
      roleEmail:
        work !== undefined && chance.chance(0.07)
          ? `${chance.pick(["info", "office", "accounts"])}@${work}`
          : undefined,
      phone: phone(home.country),
      nextPhone: undefined,
      phoneChangesAt: last,
      recycledFrom: undefined,
      account: chance.chance(0.68) ? accounts() : undefined,
      // A second account, opened when the password of the first was forgotten, with another address.
      secondAccount: chance.chance(0.05)
        ? { id: accounts(), from: day(chance), email: email(`${l}.${f}`, mailDomain()) }
        : undefined,
      cards: chance.chance(0.52) ? (chance.chance(0.05) ? [cards(), cards()] : [cards()]) : [],
      devices: Array.from(
        {
          length: chance.weighted([
            [1, 60],
            [2, 34],
            [3, 6],
          ]),
        },
        () => device(chance, chance.chance(0.55)),
      ),
      nickname: nicknames[firstName],
      since: day(chance, 0, 500),
      zeal: chance.weighted([
        [0.55, 50],
        [0.72, 35],
        [0.84, 15],
      ]),
    };
  }

  function address(country) {
    const { towns, streets } = countries[country];
    const [city, zone] = chance.pick(towns).split("|");
    const digits = String(chance.int(0, 1_000_000)).padStart(6, "0");
    const number = chance.int(1, 400);
    const [street, letters] = [
      chance.pick(streets),
      `${chance.pick([..."ABDEFGHJ"])}${chance.pick([..."LNPQRSTU"])}`,
    ];
    return {
      street:
        country === "DE" || country === "BR" || country === "MX"
          ? `${street} ${number}`
          : `${number} ${street}`,
      city,
      postcode:
        country === "GB"
          ? `${zone}${1 + (number % 19)} ${digits[0]}${letters}`
          : (zone + digits).slice(0, country === "IN" ? 6 : 5),
    };
  }

  function mailDomain() {
    return chance.weighted([
      ["gmail.com", 45],
      ["mail.example", 20],
      ["post.example", 14],
      ["inbox.example", 11],
      ["letterbox.example", 10],
    ]);
  }

  // Two in a hundred mobile numbers are given up and, later, given to a stranger in the same country.
  function recycle(all) {
    for (const country of Object.keys(countries)) {
      const here = chance.shuffle(all.filter((member) => member.home.country === country));
      const pairs = Math.floor(here.length * 0.012);
      for (let i = 0; i < pairs; i++) {
        const [before, after] = [here[2 * i], here[2 * i + 1]];
        const at = day(chance, 200, 550);
        Object.assign(before, { nextPhone: phone(country), phoneChangesAt: at, losesPhone: true });
        Object.assign(after, {
          nextPhone: before.phone,
          phoneChangesAt: at + 30 * DAY,
          recycledFrom: before.id,
        });
      }
    }
  }
}

/** A device: an app with an id of its own, or a browser (no id). Its anonymous id changes when cookies are cleared. */
export function device(chance, app) {
  const changes = Array.from({ length: chance.times(0.35, 3) }, () => day(chance)).sort((a, b) => a - b);
  return {
    id: app ? `d-${chance.hex(12)}` : undefined,
    cookies: [first, ...changes].map((from) => ({ from, id: chance.hex(16) })),
  };
}

/** A moment of a random day of the sample, or of the days `from` to `to` of it. */
export function day(chance, from = 0, to = (last - first) / DAY) {
  return first + Math.floor((from + chance.unit() * (to - from)) * 86_400) * 1000;
}

/** ISO 8601 in UTC, to the second. Half a million are asked for, so the text of a day is kept. */
export function iso(time) {
  const date = Math.floor(time / DAY);
  let text = days.get(date);
  if (text === undefined) {
    text = new Date(date * DAY).toISOString().slice(0, 11);
    days.set(date, text);
  }
  const second = Math.floor((time - date * DAY) / 1000);
  return `${text}${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}Z`;
}

const days = new Map();
const two = (number) => (number < 10 ? `0${number}` : String(number));

// Numbers in no order, each once.
function numbers(chance, below) {
  const all = chance.shuffle(Array.from({ length: 24_000 }, (_, i) => i));
  return () => below + all.pop();
}
