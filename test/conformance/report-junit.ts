import { type Outcome, tallyOf } from './outcome.js';

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 cannot hold, not even escaped. */
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** The report a build server reads. */
export function renderJunit(outcomes: readonly Outcome[]): string {
  const suites = [...new Set(outcomes.map(({ requirement }) => requirement.suite))];
  const rendered = suites.map((suite) =>
    renderSuite(
      suite,
      outcomes.filter(({ requirement }) => requirement.suite === suite),
    ),
  );
  return ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites>', ...rendered, '</testsuites>', ''].join('\n');
}

function renderSuite(suite: string, outcomes: Outcome[]): string {
  const { failed, withoutHandler } = tallyOf(outcomes);
  const attributes = {
    name: suite,
    tests: outcomes.length,
    failures: failed + withoutHandler,
    time: seconds(outcomes),
  };
  return [`  <testsuite${render(attributes)}>`, ...outcomes.map(renderCase), '  </testsuite>'].join('\n');
}

function renderCase(outcome: Outcome): string {
  const { requirement, status, problems } = outcome;
  const name = `${requirement.id} ${requirement.description.trim()}`;
  const opening = `    <testcase${render({ classname: requirement.suite, name, time: seconds([outcome]) })}`;
  if (status === 'passed') return `${opening}/>`;
  const message = problems[0] ?? status;
  return `${opening}>\n      <failure${render({ message })}>${escape(problems.join('\n'))}</failure>\n    </testcase>`;
}

function seconds(outcomes: Outcome[]): string {
  return (outcomes.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000).toFixed(3);
}

function render(attributes: Record<string, string | number>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
    .join('');
}

function escape(text: string): string {
  return text.replace(NOT_IN_XML, '?').replace(/[&<>"]/g, (character) => ESCAPES[character] as string);
}
