/**
 * Run before each test file: takes from Node what the oldest browsers of the README (Safari 16, Chrome 103, Firefox 100) do
 * not have, beyond the language itself, of which tsconfig.json knows.
 */
const NEWER: readonly (readonly [object, ...string[]])[] = [
  [URL, "canParse", "parse"],
  [URLSearchParams.prototype, "size"],
  [AbortSignal, "any"],
  [Promise, "withResolvers", "try"],
  [Object, "groupBy"],
  [Map, "groupBy"],
  [Array, "fromAsync"],
  [Array.prototype, "toSorted", "toReversed", "toSpliced", "with"],
  [String.prototype, "isWellFormed", "toWellFormed"],
  [Uint8Array, "fromBase64", "fromHex"],
  [Uint8Array.prototype, "toBase64", "toHex", "toSorted", "toReversed", "with"],
  [Set.prototype, "union", "intersection", "difference", "symmetricDifference", "isSubsetOf", "isSupersetOf", "isDisjointFrom"],
  [Object.getPrototypeOf(Object.getPrototypeOf([].values())), "map", "filter", "take", "drop", "flatMap", "reduce", "toArray", "forEach", "some", "every", "find"],
];
NEWER.forEach(([owner, ...names]) => names.forEach((name) => Reflect.deleteProperty(owner, name)));
