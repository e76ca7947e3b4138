// Telephone numbers of the sample: which exist and how people write them. Where a country keeps numbers for fiction they are used.

// Area codes of large towns; with 555-0100 to 555-0199 in each, the numbers that the plan of North America keeps for fiction.
const areas =
  `201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252 253
254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 325 330 334
336 337 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 443
469 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 540 541 551 559 561 562 563 567`.split(
    /\s+/,
  );

// [prefix of the national number, digits that follow]. GB (Ofcom), DE (Bundesnetzagentur) and FR (Arcep) keep these for drama.
// The other countries keep none: theirs have the right length and begin as no subscriber's number does.
const ranges = {
  US: areas.map((area) => [`${area}55501`, 2]),
  GB: [
    ["7700900", 3],
    ["2079460", 3],
    ["1134960", 3],
    ["1144960", 3],
    ["1154960", 3],
    ["1174960", 3],
    ["1214960", 3],
  ],
  DE: [
    ["3023125", 3],
    ["6990009", 3],
    ["4066969", 3],
    ["2214710", 3],
    ["8999998", 3],
  ],
  FR: [
    ["63998", 4],
    ["19900", 4],
    ["26191", 4],
  ],
  IN: [["9000000", 3]],
  BR: [["1190000", 4]],
  MX: [["550000", 4]],
  JP: [["900000", 4]],
};
const dial = { US: "1", GB: "44", DE: "49", FR: "33", IN: "91", BR: "55", MX: "52", JP: "81" };

/** Hands out numbers `{ country, national }`, each once. */
export function phoneBook(chance) {
  const left = {};
  for (const [country, list] of Object.entries(ranges)) {
    const all = list.flatMap(([prefix, digits]) =>
      Array.from({ length: 10 ** digits }, (_, i) => prefix + String(i).padStart(digits, "0")),
    );
    left[country] = chance.shuffle(all);
  }
  return (country) => {
    const national = left[country].pop();
    if (national === undefined) throw new Error(`no telephone number left in ${country}`);
    return { country, national };
  };
}

/** One of the ways in which people and forms write the number. */
export function written(chance, { country, national }) {
  const [a, b, c] = [national.slice(0, 3), national.slice(3, 6), national.slice(6)];
  const code = dial[country];
  if (country === "US") {
    return chance.weighted([
      [`+1${national}`, 30],
      [`(${a}) ${b}-${c}`, 24],
      [`${a}-${b}-${c}`, 18],
      [national, 10],
      [`${a}.${b}.${c}`, 7],
      [`1-${a}-${b}-${c}`, 4],
      [`+1 (${a}) ${b} ${c}`, 4],
      [`001 ${a} ${b} ${c}`, 1],
      [`${a}-${b}-${c} x${chance.int(100, 999)}`, 1],
    ]);
  }
  const trunk = country === "BR" || country === "MX" ? "" : "0";
  return chance.weighted([
    [`+${code}${national}`, 36],
    [`${trunk}${national}`, 18],
    [`+${code} ${a} ${b} ${c}`, 16],
    [`${trunk}${a} ${b} ${c}`, 12],
    [`00${code}${national}`, 8],
    [`${trunk}${a}-${b}-${c}`, 6],
    [trunk === "" ? `+${code} (${a}) ${b}-${c}` : `+${code} (0) ${a} ${b}${c}`, 4],
  ]);
}

/** Two neighbouring digits in the wrong order, near the end; the same number when they are equal. */
export function mistyped(chance, { country, national }) {
  const at = national.length - chance.int(2, 5);
  const digits = [...national];
  [digits[at], digits[at + 1]] = [digits[at + 1], digits[at]];
  return { country, national: digits.join("") };
}

/** The number in E.164. */
export const e164 = ({ country, national }) => `+${dial[country]}${national}`;
