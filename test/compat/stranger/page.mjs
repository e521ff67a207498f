// A page of the documentation as a reader follows it: files to write and commands to type, in the order of the page.
import { readFileSync } from 'node:fs';

const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

/**
 * @typedef {{ file: string, text: string } | { command: string }} Act
 * @param page path of a Markdown file
 * @param heading of the section that is followed, without `#`
 * @returns {Act[]} files whose first line is a comment with their path, and lines of `sh` blocks
 */
export function actsOf(page, heading) {
  const section = sectionOf(readFileSync(page, 'utf8'), heading);
  if (section === undefined) throw new Error(`${page} has no section "${heading}".`);
  return [...section.matchAll(FENCE)].flatMap(([, language, text]) =>
    language === 'sh' ? commandsOf(text) : filesOf(text),
  );
}

function sectionOf(text, heading) {
  const parts = text.split(/^(?=#{2,} )/m);
  return parts.find((part) => part.split('\n', 1)[0].replace(/^#+ /, '') === heading);
}

function commandsOf(text) {
  return text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/\s+# .*$/, '').trim())
    .filter(Boolean)
    .map((command) => ({ command }));
}

function filesOf(text) {
  const file = /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text)?.[1];
  return file === undefined ? [] : [{ file, text }];
}
