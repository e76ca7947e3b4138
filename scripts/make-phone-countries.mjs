// Writes macros/phone_countries.sql, the numbering plans of the world, from the metadata of libphonenumber-js (which takes them
// from Google's libphonenumber). Names of countries are those of phone-names.mjs.
//   node scripts/make-phone-countries.mjs           writes the file
//   node scripts/make-phone-countries.mjs --check   fails when the file is not what this script writes
import { readFileSync, writeFileSync } from "node:fs";
import metadata from "libphonenumber-js/metadata.min.json";
import { NAMES } from "./phone-names.mjs";

const FILE = new URL("../macros/phone_countries.sql", import.meta.url);

/** Members of a country in the metadata; see its `source/metadata.js`. */
const [EXIT, NATIONAL, TRUNK] = [1, 2, 5];

/** Where the metadata is no help, by calling code, each with its reason. */
const CHANGES = {
  // The rules of the plan for area code and exchange, without the list of areas, which grows every year.
  1: { national: "[2-9][0-8]d[2-9]d{6}" },
  // A bare 49151… is a mobile number with its calling code; numbers of the zone 049 are not so long.
  49: { edit: (national) => national.replaceAll(/d[{]1,[89][}]/g, "d{1,7}") },
  // The metadata's pattern lets through what no area or service begins with, and foreign numbers of ten digits with it.
  55: { exit: "00", national: "[1-9][1-9](9d{8}|[2-9]d{7})|[3589]00d{6,7}|[34]00d{5}" },
  81: { edit: (national) => national.replace("[25-9]d{9}", "[25-9]0d{8}") },
  91: {
    edit: (national) => national.replace("1d{7,12}", "1(600d{6}|80(0d{4,9}|3d{9})|86[0-2]d{7,9}|40d{7})"),
  },
  // Old prefixes of mobile numbers and of long distance, of which address books are full.
  52: { trunk: "01|04[45]|1" },
  // Numbers without it are shorter, and may begin with 8.
  7: { trunk: "!!!?[ (]*8" },
  375: { trunk: "!!!?[ (]*8[ ().-]*0|0" },
  // 00 and a carrier here, but people write 00 for + as everywhere. Where the two are easily taken for each other, neither
  // is read: 0049 151… is a number in Germany, or with the carrier 004 one in India.
  ...forAll(["591", "852"], { exit: "00" }),
  ...forAll(["57", "62", "65", "66", "82", "234", "255", "256", "592", "855", "886", "976"], { exit: "" }),
  61: { exit: "0011" },
};

const order = Object.keys(NAMES);
const plans = Object.entries(metadata.country_calling_codes)
  .map(([code, countries]) => planOf(code, countries))
  .sort((left, right) => left.rank - right.rank);
const everywhere = Object.entries(metadata.nonGeographic).map(([code, member]) => ({
  code,
  national: nationalOf(member),
}));
const trunks = [...new Set(plans.map(({ trunk }) => trunk))].sort();
const marked = plans.map((plan) => {
  const { code, trunk, exit } = plan;
  return { ...plan, mark: `${code}${letterOf(trunk)}${code}${exit === "" ? ";" : ":"}` };
});

const text = `{# The numbering plans that phone knows, those that are met more often first. d is any digit; no calling code is the beginning
   of another. A mark is a calling code, a letter for what is dialled before national numbers and is no part of them (trunk
   prefix), the code again, and a colon, or a semicolon where 00 is no exit code. Written by scripts/make-phone-countries.mjs from the metadata of libphonenumber-js; do not edit. #}

{# Calling code, and the national numbers behind it, without trunk prefix. #}
{% macro phone_plans() %}
${[...plans, ...everywhere].map(({ code, national }) => `${code}(${national})`).join("\n")}
{% endmacro %}

{# The end of a mark, and the trunk prefix. #}
{% macro phone_trunks() %}
${trunks.map(trunkLine).join("\n")}
{% endmacro %}

{# The end of a mark, and the same calling code in front of a national number without +, maybe with a 0. ! stands before 10
   digits, !! before 11, !!! before more, when the first is no 0; national numbers are shorter, or begin with other digits.
   Countries that have a name only. #}
{% macro phone_owns() %}
${plans.flatMap(ownLine).join("\n")}
{% endmacro %}

{# Marks, and what is dialled there before another calling code (exit code), besides 00 behind a colon. #}
{% macro phone_exits() %}
${marked.flatMap(exitLine).join("\n")}
{% endmacro %}

{# Calling codes behind which people put a 0 that is no part of the number: +44 (0)20 … #}
{% macro phone_zeros() %}
${compact(plans.filter(({ trunk }) => /^(.*[|])?0$/.test(trunk)).map(({ code }) => code))}
{% endmacro %}

{# Marks, with ISO codes and common names in lower case. #}
{% macro phone_countries() %}
${marked.map(({ mark, names }) => `${mark} ${names.join(", ")}`).join("\n")}
{% endmacro %}
`;

if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== text) {
    console.error("macros/phone_countries.sql is not what scripts/make-phone-countries.mjs writes");
    process.exitCode = 1;
  }
} else writeFileSync(FILE, text);

function forAll(codes, change) {
  return Object.fromEntries(codes.map((code) => [code, change]));
}

function planOf(code, countries) {
  const main = metadata.countries[countries[0]];
  const { edit = (national) => national, ...changes } = CHANGES[code] ?? {};
  const isoCodes = countries
    .map((country) => country.toLowerCase())
    .sort((one, other) => rank(one) - rank(other));
  const plan = {
    code,
    trunk: main[TRUNK] || "",
    exit: plain(main[EXIT]),
    national: edit(nationalOf(main)),
    names: isoCodes.flatMap((country) => [country, ...(NAMES[country]?.split(", ") ?? [])]),
    rank: rank(isoCodes[0]),
  };
  return { ...plan, ...changes };
}

function rank(country) {
  return order.includes(country) ? order.indexOf(country) : order.length;
}

/**
 * The national numbers of a calling code are those of its main country, whose pattern holds the others'. Numbers that begin
 * with 00 are services that only their country can dial, and would be in the way of 00 as an exit code.
 */
function nationalOf(member) {
  const pattern = member[NATIONAL].replaceAll(/\(\?:00\d*\|/g, "(?:");
  const kept = branches(pattern).filter((branch) => !branch.startsWith("00"));
  return plain(kept.join("|"));
}

/** 00 is understood everywhere, and stands in no table: '' is a country where it is not. */
function exitLine({ mark, exit }) {
  return exit === "" || exit === "00" ? [] : [`${mark}[ (!]*(${exit})`];
}

/** The alternatives of a pattern, split where no parenthesis is open. */
function branches(pattern) {
  const parts = [""];
  let depth = 0;
  for (const letter of pattern) {
    if (letter === "(") depth++;
    if (letter === ")") depth--;
    if (letter === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}

/** A pattern as every warehouse reads it once d is replaced: no backslash, plain groups. */
function plain(pattern) {
  return pattern.replaceAll("(?:", "(").replaceAll("\\d", "d");
}

function letterOf(trunk) {
  return String.fromCharCode("A".charCodeAt(0) + trunks.indexOf(trunk));
}

/** A trunk prefix that begins with ! is one only before so many digits. */
function trunkLine(trunk) {
  const prefixes = trunk.split("|").map((prefix) => (prefix.startsWith("!") ? prefix : `[ (!]*${prefix}`));
  return `${letterOf(trunk)}[0-9]*[:;](${[...prefixes, ...(trunk === "" ? [] : ["!*"])].join("|")})`;
}

function ownLine({ code, national, trunk, exit, rank }) {
  if (trunk.startsWith(code) || rank === order.length) return [];
  const longest = longestWith(code, national);
  if (longest > 11) return [];
  const enough = longest < 10 ? "!!?!?" : longest < 11 ? "!!!?" : "!!!";
  return [
    `${letterOf(trunk)}${code}${exit === "" ? ";" : ":"}${enough}[ (]*${code}${trunk === "" ? "" : "([ (]*0)?"}`,
  ];
}

/** Codes that differ in their last digit only are one alternative. */
function compact(codes) {
  const begins = [...new Set(codes.map((code) => code.slice(0, -1)))].sort();
  const endsOf = (begin) => codes.filter((code) => code.slice(0, -1) === begin).map((code) => code.at(-1));
  return begins.map((begin) => `${begin}[${endsOf(begin).sort().join("")}]`).join("|");
}

/** How many digits the longest national number has that begins with these. */
function longestWith(digits, national) {
  const pattern = new RegExp(`^(?:${national.replaceAll("d", "[0-9]")})$`);
  // Patterns tell numbers apart by their first five digits at most.
  const tails = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, "0"));
  for (let length = 15; length > digits.length + 3; length--)
    if (tails.some((tail) => pattern.test((digits + tail).padEnd(length, "5")))) return length;
  return 0;
}
