import { randomInt } from "node:crypto";
import { invalid } from "./problems.ts";
import type { FieldProblem } from "./status.ts";

/** Kubernetes leaves out the vowels and what looks like one, so that no word comes out. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
const SUFFIX = 5;
const LABEL_MAX = 63;
const PREFIX_MAX = 253;

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;

const TOO_LONG = `must be no more than ${LABEL_MAX} bytes`;
const LABEL_HINT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const KEY_HINT =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_HINT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/** A name that begins with `base` and that nothing else has, made as the API server makes it. */
export function generateName(base: string): string {
  const suffix = Array.from({ length: SUFFIX }, () => ALPHABET[randomInt(ALPHABET.length)]);
  return base.slice(0, LABEL_MAX - SUFFIX) + suffix.join("");
}

/** A DNS-1123 label of at most 63 characters. */
export function checkDnsLabel(field: string, name: string): FieldProblem[] {
  return [
    ...(DNS_LABEL.test(name) ? [] : [invalid(field, name, LABEL_HINT)]),
    ...(name.length > LABEL_MAX ? [invalid(field, name, TOO_LONG)] : []),
  ];
}

/** Labels: keys `[prefix/]name`, values of at most 63 characters of a small alphabet. */
export function checkLabels(field: string, labels: Record<string, string> = {}): FieldProblem[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...checkKey(field, key),
    ...(value === "" || QUALIFIED.test(value) ? [] : [invalid(field, value, VALUE_HINT)]),
    ...(value.length > LABEL_MAX ? [invalid(field, value, TOO_LONG)] : []),
  ]);
}

/** Annotations: keys as those of labels, any text as a value. */
export function checkAnnotations(
  field: string,
  annotations: Record<string, string> = {},
): FieldProblem[] {
  return Object.keys(annotations).flatMap((key) => checkKey(field, key.toLowerCase()));
}

function checkKey(field: string, key: string): FieldProblem[] {
  const [name = "", prefix, ...more] = key.split("/").reverse();
  const named = QUALIFIED.test(name) && name.length <= LABEL_MAX && more.length === 0;
  const prefixed =
    prefix === undefined || (DNS_SUBDOMAIN.test(prefix) && prefix.length <= PREFIX_MAX);
  return named && prefixed ? [] : [invalid(field, key, KEY_HINT)];
}
