// What a record shows of a person at a moment, with the slips of real life. Each function adds the traps it sets to `traps`.

import { countries } from "./names.mjs";
import { mistyped, written } from "./phones.mjs";

const placeholderEmails = [
  "test@test.com",
  "n/a",
  "none",
  "unknown",
  "noemail@example.com",
  "a@a.com",
  "-",
  "customer@shop.example",
];
const placeholderPhones = [
  "0000000000",
  "n/a",
  "555-555-5555",
  "1234567890",
  "999-999-9999",
  "unknown",
  "+10000000000",
  "-",
];
const typingErrors = {
  "gmail.com": ["gmial.com", "gmail.con", "gamil.com"],
  "mail.example": ["mial.example", "mail.exmaple"],
};

/** The email that the person gives: mostly the first, sometimes that of the family, of work, or of the whole office. */
export function emailOf(chance, person, time, traps) {
  if (person.home.email !== undefined && chance.chance(0.25)) {
    traps.add("family_email");
    return person.home.email;
  }
  if (person.roleEmail !== undefined && chance.chance(0.2)) {
    traps.add("role_mailbox");
    return person.roleEmail;
  }
  if (person.workEmail !== undefined && chance.chance(0.25)) return person.workEmail;
  if (person.secondAccount !== undefined && time > person.secondAccount.from && chance.chance(0.5))
    return person.secondAccount.email;
  return person.email;
}

/** The email as it arrives: capitals, blanks, tags, dots, typing errors, placeholders; "" when left empty. */
export function arrivingEmail(chance, email, traps, empty = 0.04) {
  const [local, domain] = email.split("@");
  return chance.weighted([
    [() => email, 78],
    [() => "", empty * 100],
    [() => email.toUpperCase(), 3],
    [() => local[0].toUpperCase() + email.slice(1), 4],
    [() => ` ${email}`, 1],
    [() => `${email} `, 2],
    [
      () => {
        traps.add("plus_tag");
        return `${local}+${chance.pick(["shop", "news", "sale", "2024"])}@${domain}`;
      },
      3,
    ],
    [
      () => {
        if (domain !== "gmail.com" || local.length < 4) return email;
        traps.add("gmail_dots");
        const at = chance.int(2, local.length - 1);
        return local[at] === "." || local[at - 1] === "."
          ? email.replace(".", "")
          : `${local.slice(0, at)}.${local.slice(at)}@${domain}`;
      },
      4,
    ],
    [
      () => {
        traps.add("email_typo");
        const wrong = typingErrors[domain];
        if (wrong !== undefined) return `${local}@${chance.pick(wrong)}`;
        const at = chance.int(0, local.length);
        return `${local.slice(0, at)}${local.slice(at + 1)}x@${domain}`;
      },
      1,
    ],
    [
      () => {
        traps.add("placeholder_email");
        return chance.pick(placeholderEmails);
      },
      1.5,
    ],
  ])();
}

/** The number that the person gives at that time: mobile, or the landline of the household. */
export function phoneOf(chance, person, time, traps) {
  if (person.home.landline !== undefined && chance.chance(0.22)) {
    traps.add("household_phone");
    return person.home.landline;
  }
  const changed = time >= person.phoneChangesAt;
  if (changed ? person.recycledFrom !== undefined : person.losesPhone) traps.add("recycled_phone");
  return changed ? person.nextPhone : person.phone;
}

/** The number as it arrives: any format, sometimes mistyped, a placeholder, or "". */
export function arrivingPhone(chance, phone, traps, empty = 0.1) {
  if (chance.chance(empty)) return "";
  if (chance.chance(0.015)) {
    traps.add("placeholder_phone");
    return chance.pick(placeholderPhones);
  }
  if (chance.chance(0.006)) {
    traps.add("phone_typo");
    return written(chance, mistyped(chance, phone));
  }
  return written(chance, phone);
}

/** First and last name at that time, with nicknames, typing errors, capitals. */
export function namesOf(chance, person, time, traps) {
  let first = person.firstName;
  let last = person.lastName;
  if (person.newName !== last && time >= person.renamedAt) {
    traps.add("changed_name");
    last = person.newName;
  }
  if (person.namesake) traps.add("same_name");
  if (person.twin) traps.add("twin");
  if (person.nickname !== undefined && chance.chance(0.15)) {
    traps.add("nickname");
    first = person.nickname;
  }
  if (chance.chance(0.03) && last.length > 3) {
    traps.add("name_typo");
    const at = chance.int(1, last.length - 1);
    last = last.slice(0, at) + last.slice(at + 1);
  }
  const style = chance.unit();
  if (style < 0.05) return [first.toUpperCase(), last.toUpperCase()];
  if (style < 0.08) return [first.toLowerCase(), last.toLowerCase()];
  if (style < 0.12) return [unaccented(first), unaccented(last)];
  return [first, last];
}

/** The address of the household at that time. */
export const addressOf = (person, time) => person.home.addresses[time >= person.home.movedAt ? 1 : 0];

/** The country as a code, now and then by its common name, or "". */
export function countryOf(chance, person) {
  const { country } = person.home;
  return chance.weighted([
    [country, 88],
    [countries[country].called, 10],
    ["", 2],
  ]);
}

/** When the warehouse heard of it: minutes later, for three in a hundred days to weeks later. */
export function loadedAt(chance, time, traps) {
  if (!chance.chance(0.03)) return time + chance.int(5, 3600) * 1000;
  traps.add("late");
  return time + chance.int(86_400, 30 * 86_400) * 1000;
}

const unaccented = (text) =>
  text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .replaceAll("ß", "ss");
