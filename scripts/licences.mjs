// Checks the licences of the packages in the lock file: those that users install, and the tools used here.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

/** Their only condition for shipping the package in a product is to keep their notices. */
const PERMISSIVE = ['MIT', 'Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'CC0-1.0'];

/** For tools, which are not shipped: data and texts. */
const FOR_TOOLS = [...PERMISSIVE, 'CC-BY-4.0', 'Python-2.0'];

/** SPDX expressions: every part of an `AND` must be allowed, and one part of an `OR`. */
function isAllowed(expression, allowed) {
  if (typeof expression !== 'string') return false;
  const bare = expression.replaceAll(/[()]/g, '');
  return bare.split(' AND ').every((all) => all.split(' OR ').some((one) => allowed.includes(one.trim())));
}

/** The lock file leaves out what npm does not know; the package itself may state it. */
function licenceOf(path, { license }) {
  if (license !== undefined) return license;
  try {
    const { license: own, licenses } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    return own?.type ?? own ?? licenses?.[0]?.type;
  } catch {
    return undefined;
  }
}

const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const entries = Object.entries(packages).filter(([path]) => path !== '');
const bad = entries.flatMap(([path, entry]) => {
  const licence = licenceOf(path, entry);
  return isAllowed(licence, entry.dev ? FOR_TOOLS : PERMISSIVE)
    ? []
    : [`${path} ${entry.version}: ${licence ?? 'none'}`];
});
const shipped = entries.filter(([, { dev }]) => !dev).length;
console.log(`${shipped} packages that users install, ${entries.length - shipped} tools`);
if (bad.length > 0) console.error(`These licences are not among the allowed ones:\n${bad.join('\n')}`);
process.exitCode = bad.length > 0 ? 1 : 0;
