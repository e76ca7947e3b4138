// Telephone numbers in every spelling that people use, seeded, with what libphonenumber-js reads in each. Numbers are drawn
// for all countries alike, so that small plans count as much as large ones.
import examples from "libphonenumber-js/examples.mobile.json";
import {
  type CountryCode,
  getCountries,
  getCountryCallingCode,
  getExampleNumber,
  type PhoneNumber,
  parsePhoneNumberFromString as parseStrictly,
} from "libphonenumber-js/max";
import { Metadata, parsePhoneNumberFromString as parse } from "libphonenumber-js/min";

export type SpelledNumber = {
  readonly kind: string;
  readonly text: string;
  readonly country: string | null;
  /** E.164 by the general patterns of the numbering plans, NULL where those allow none. */
  readonly read: string | null;
  /** E.164 by the patterns of each kind of line. */
  readonly readStrictly: string | null;
};

type Random = {
  readonly below: (limit: number) => number;
  readonly digits: (count: number) => string;
  readonly pick: <T>(items: readonly T[]) => T;
};
type Spelling = (number: PhoneNumber, country: CountryCode, random: Random) => Spelled | undefined;
type Spelled = { readonly text: string; readonly country: CountryCode | null };

const PLACEHOLDERS = [
  "000000",
  "0000000000",
  "1111111111",
  "1234567890",
  "123456789",
  "9999999999",
  "n/a",
  "-",
];
const ODD_SPACE = "\u00a0";
const ODD_DASH = "\u2011";
const plans = new Metadata();

/** The spellings by name. A spelling that a number does not have is undefined. */
const SPELLINGS: Readonly<Record<string, Spelling>> = {
  "E.164": (number, country) => ({ text: number.number, country }),
  international: (number, country) => ({ text: number.formatInternational(), country }),
  "international, no country": (number) => ({ text: number.formatInternational(), country: null }),
  "of another country": (number, _country, random) => ({
    text: number.formatInternational(),
    country: random.pick(getCountries()),
  }),
  national: (number, country) => ({ text: number.formatNational(), country }),
  "national, digits only": (number, country) => ({ text: digitsOf(number.formatNational()), country }),
  "national, dots": (number, country) => ({
    text: number.formatNational().replaceAll(/[ -]/g, "."),
    country,
  }),
  "national, dashes": (number, country) => ({ text: number.formatNational().replaceAll(" ", "-"), country }),
  "national, odd signs": (number, country) => ({
    text: `${ODD_SPACE}${number.formatNational().replaceAll(" ", ODD_SPACE).replaceAll("-", ODD_DASH)} `,
    country,
  }),
  "brackets inside": (number, country) => {
    const digits = digitsOf(number.formatNational());
    return { text: `(${digits.slice(0, 3)}) ${digits.slice(3, 6)}-${digits.slice(6)}`, country };
  },
  "without trunk prefix": (number, country) => ({ text: number.nationalNumber, country }),
  "00 for +": (number, country) => {
    plans.selectNumberingPlan(country);
    const exit = new RegExp(`^(?:${plans.numberingPlan?.IDDPrefix()})$`);
    return exit.test("00") ? { text: `00 ${number.formatInternational().slice(1)}`, country } : undefined;
  },
  "exit code": (number, _country, random) => {
    const country = random.pick(getCountries());
    const text = number.format("IDD", { fromCountry: country });
    return text === undefined || text === "" || text.startsWith("+") ? undefined : { text, country };
  },
  "(0) inside": (number, country) => {
    if (digitsOf(number.formatNational()) !== `0${number.nationalNumber}`) return undefined;
    return { text: `+${number.countryCallingCode} (0)${number.nationalNumber}`, country };
  },
  extension: (number, country, random) => ({
    text: `${number.formatNational()} ${random.pick(["ext. 12", "x123", "#4567", "ext 9"])}`,
    country,
  }),
  "tel:": (number, country) => ({ text: `tel:${number.number}`, country }),
  "too short": (number, country, random) => ({
    text: number.nationalNumber.slice(0, 3 + random.below(2)),
    country,
  }),
  "too long": (number, country, random) => ({ text: number.number + random.digits(5), country }),
  letters: (number, country, random) => {
    const at = 1 + random.below(number.number.length - 1);
    return {
      text: number.number.slice(0, at) + random.pick([..."OlBSk"]) + number.number.slice(at + 1),
      country,
    };
  },
  "any digits": (number, country, random) => ({ text: random.digits(number.nationalNumber.length), country }),
  placeholder: (_number, country, random) => ({ text: random.pick(PLACEHOLDERS), country }),
};

export const KINDS = Object.keys(SPELLINGS);

/** The same numbers for the same seed. */
export function spelledNumbers(count: number, seed: number): readonly SpelledNumber[] {
  const random = randomOf(seed);
  const numbers: SpelledNumber[] = [];
  while (numbers.length < count) {
    const country = random.pick(getCountries());
    const kind = random.pick(KINDS);
    const spelled = SPELLINGS[kind]?.(validNumber(country, random), country, random);
    if (spelled === undefined) continue;
    const options = {
      // To extract is to find a number in any text; it is also how the library reads tel:.
      extract: kind === "tel:",
      ...(spelled.country === null ? {} : { defaultCountry: spelled.country }),
    };
    numbers.push({
      kind,
      ...spelled,
      read: validOf(parse(spelled.text, options)),
      readStrictly: validOf(parseStrictly(spelled.text, options)),
    });
  }
  return numbers;
}

/** A number of any kind of line: random digits where enough of them are valid, else an example with other last digits. */
function validNumber(country: CountryCode, random: Random): PhoneNumber {
  const example = getExampleNumber(country, examples);
  if (example === undefined) throw new Error(`no example for ${country}`);
  const code = getCountryCallingCode(country);
  const lengths = possibleLengths(country);
  for (let attempt = 0; attempt < 20; attempt++) {
    const national =
      attempt % 2 === 0
        ? random.digits(random.pick(lengths))
        : example.nationalNumber.slice(0, -4) + random.digits(4);
    const number = parseStrictly(`+${code}${national}`);
    if (number?.isValid() === true && number.country === country && number.nationalNumber === national)
      return number;
  }
  return example;
}

function possibleLengths(country: CountryCode): readonly number[] {
  plans.selectNumberingPlan(country);
  return plans.numberingPlan?.possibleLengths() ?? [];
}

function validOf(number: PhoneNumber | undefined): string | null {
  return number?.isValid() === true ? number.number : null;
}

function digitsOf(text: string): string {
  return text.replaceAll(/[^0-9]/g, "");
}

function randomOf(seed: number): Random {
  let state = seed;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return {
    below,
    digits: (count) => Array.from({ length: count }, () => String(below(10))).join(""),
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
  };
}
