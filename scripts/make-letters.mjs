// Writes macros/letters.sql: the letters that the normalisers change, so that every warehouse changes the same ones.
//   node scripts/make-letters.mjs           writes the file
//   node scripts/make-letters.mjs --check   fails when the file is not what this script writes
// Case is Unicode's simple mapping (one letter to one letter) and ends with Unicode 15.0, the tables of DuckDB's own
// lower() and upper(); test/macros/letters.test.ts compares the two on every code point.
import { readFileSync, writeFileSync } from "node:fs";

const FILE = new URL("../macros/letters.sql", import.meta.url);
/** Letters that came with Unicode 16 and 17, in the order of their blocks. */
const LATER = ranges(
  [0x1c89, 0x1c8a],
  [0xa7cb, 0xa7cf],
  [0xa7d2],
  [0xa7d4],
  [0xa7da, 0xa7dc],
  [0x10d40, 0x10d8f],
  [0x16ea0, 0x16edf],
);
/** The blocks of Latin, Greek and Cyrillic with their marks. */
const ACCENTED = ranges(
  [0, 0x52f],
  [0x1c80, 0x1c8f],
  [0x1d00, 0x1fff],
  [0x2c60, 0x2c7f],
  [0xa640, 0xa69f],
  [0xa720, 0xa7ff],
);
/** Letters with a stroke or without a dot, which Unicode does not take apart, and the final sigma. */
const STROKES = new Map([..."øłđðıħŧς"].map((letter, index) => [letter, [..."olddihtσ"][index]]));
/** Signs, spaces and brackets outside ASCII that part words. */
const PARTING = ranges(
  [0xa0, 0xa9],
  [0xab, 0xac],
  [0xae, 0xb3],
  [0xb6, 0xb9],
  [0xbb, 0xbf],
  [0xd7],
  [0xf7],
  [0x1680],
  [0x2000, 0x200a],
  [0x2010, 0x2017],
  [0x201c, 0x2029],
  [0x202f, 0x2031],
  [0x2033, 0x205f],
  [0x20a0, 0x20cf],
  [0x2116],
  [0x2122],
  [0x3000, 0x3003],
  [0x3008, 0x3011],
  [0x3014, 0x301f],
  [0x30fb],
  [0xff01, 0xff0f],
  [0xff1a, 0xff20],
  [0xff3b, 0xff40],
  [0xff5b, 0xff65],
);
/** Apostrophes and what nobody sees: soft hyphen, joiners, marks of direction, byte order mark. */
const VANISHING = ranges(
  [0xad],
  [0xb4],
  [0x2b9, 0x2bf],
  [0x374],
  [0x200b, 0x200f],
  [0x2018, 0x201b],
  [0x202a, 0x202e],
  [0x2032],
  [0x2060, 0x206f],
  [0xfeff],
);

for (const code of ACCENTED) {
  if (code > 0x7f && /[\p{P}\p{S}]/u.test(String.fromCodePoint(code)) && !VANISHING.has(code))
    PARTING.add(code);
}
/** Greek letters with an iota below: small to title. */
const TITLES = new Map(
  [...ranges([0x1f80, 0x1fff])]
    .map((code) => String.fromCodePoint(code))
    .filter((letter) => /\p{Lt}/u.test(letter))
    .map((letter) => [letter.toLowerCase(), letter]),
);

const lower = [];
const upper = [];
for (const letter of allLetters()) {
  const small = simpleLower(letter);
  if (small !== letter && !isLater(letter) && !isLater(small)) lower.push([letter, small]);
  const big = simpleUpper(letter);
  if (big !== letter && !isLater(letter) && !isLater(big)) upper.push([letter, big]);
}

const accents = [];
for (const code of ACCENTED) {
  const letter = String.fromCodePoint(code);
  if (simpleLower(letter) !== letter || PARTING.has(code) || VANISHING.has(code)) continue;
  const bare = letter.normalize("NFD").replace(/\p{M}/gu, "");
  const plain = STROKES.get(bare) ?? bare;
  if (plain !== letter && [...plain].length <= 1 && !/\p{P}|\p{S}|\p{Lm}/u.test(plain))
    accents.push([letter, plain]);
}
// translate() drops what has no counterpart, so what goes for nothing stands last.
accents.sort(([, left], [, right]) => Number(left === "") - Number(right === ""));

const text = `{# Letters and signs that the normalisers change, as pairs of texts of equal order: the n-th character of *_from becomes
   the n-th of *_to; what has no counterpart is dropped. *_class is the inside of a character class of RE2. Written by scripts/make-letters.mjs; do not edit. #}
{% macro letters() %}
{{ return({
  'lower_from': '${side(lower, 0)}',
  'lower_to': '${side(lower, 1)}',
  'upper_from': '${side(upper, 0)}',
  'upper_to': '${side(upper, 1)}',
  'accents_from': '${side(
    accents.filter(([, plain]) => plain !== ""),
    0,
  )}',
  'accents_to': '${side(accents, 1)}',
  'marks': '${escapes(accents.filter(([, plain]) => plain === "").map(([mark]) => mark.codePointAt(0)))}',
  'parting': '${escapes(PARTING)}',
  'parting_count': ${PARTING.size},
  'parting_class': '${rangesOf(PARTING)}',
  'vanishing': '${escapes(VANISHING)}',
  'vanishing_class': '${rangesOf(VANISHING)}',
  'accented_class': '${rangesOf(ACCENTED)}',
  'accented_codes': ${JSON.stringify(pairsOf(ACCENTED))}
}) }}
{% endmacro %}
`;

if (process.argv.includes("--check")) {
  if (readFileSync(FILE, "utf8") !== text) {
    console.error("macros/letters.sql is not what scripts/make-letters.mjs writes");
    process.exitCode = 1;
  }
} else writeFileSync(FILE, text);

function* allLetters() {
  for (let code = 1; code < 0x110000; code++)
    if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code);
}

/** One letter for one letter: İ, the only one that JavaScript lowers to two, becomes i. */
function simpleLower(letter) {
  return letter === "İ" ? "i" : letter.toLowerCase();
}

/** JavaScript spells some out (ﬁ → FI); Unicode's simple mapping has a title letter (ᾳ → ᾼ) or keeps them. ß → ẞ. */
function simpleUpper(letter) {
  if (letter === "ß") return "ẞ";
  const big = letter.toUpperCase();
  if ([...big].length === 1) return big;
  if (letter.toLowerCase() !== letter) return letter;
  return TITLES.get(letter) ?? letter;
}

function ranges(...bounds) {
  return new Set(
    bounds.flatMap(([first, last = first]) =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index),
    ),
  );
}

function isLater(letter) {
  return LATER.has(letter.codePointAt(0));
}

function side(pairs, index) {
  return pairs.map((pair) => pair[index]).join("");
}

/** Escapes that Snowflake and BigQuery read inside a text; what nobody sees would be no use in a file that people read. */
function escapes(codes) {
  return [...codes]
    .sort((left, right) => left - right)
    .map((code) => `\\\\u${code.toString(16).padStart(4, "0")}`)
    .join("");
}

/** First and last code of every stretch without a gap. */
function pairsOf(codes) {
  const pairs = [];
  for (const code of [...codes].sort((left, right) => left - right)) {
    const open = pairs.at(-1);
    if (open?.[1] === code - 1) open[1] = code;
    else pairs.push([code, code]);
  }
  return pairs;
}

/** The inside of a character class, as RE2 writes it. */
function rangesOf(codes) {
  const hex = (code) => `\\\\x{${code.toString(16)}}`;
  return pairsOf(codes)
    .map(([first, last]) => (first === last ? hex(first) : `${hex(first)}-${hex(last)}`))
    .join("");
}
