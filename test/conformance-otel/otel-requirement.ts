import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { TraceView } from 'nestjs-durable-execution/otel';
import { parse } from 'yaml';
import { parseRequirement, type Requirement } from '../conformance/requirement.js';
import type { TelemetryAssertions } from './match-telemetry.js';

/** A requirement together with the view in which it is run. */
export interface OtelRequirement extends Requirement {
  view: TraceView;
  assertions: TelemetryAssertions;
}

type Blocks = Partial<Record<'TelemetryAssertions' | 'ExecutionTelemetryAssertions', TelemetryAssertions>>;

/** All below a folder, in the order of their numbers; what runs for long is run in both views. */
export async function readOtelRequirements(directory: string): Promise<OtelRequirement[]> {
  const files = (await readdir(directory, { recursive: true })).filter((file) => file.endsWith('.yaml'));
  const read = await Promise.all(files.map((file) => readBoth(join(directory, file))));
  return read.flat().sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }));
}

async function readBoth(path: string): Promise<OtelRequirement[]> {
  const text = await readFile(path, 'utf8');
  const requirement = parseRequirement(path, text);
  const { TelemetryAssertions: main, ExecutionTelemetryAssertions: other } = parse(text) as Blocks;
  if (!main) throw new Error(`${basename(path)} asserts nothing of telemetry.`);
  const view: TraceView = basename(dirname(path)) === 'otel-execution' ? 'execution' : 'invocation';
  const inView = { ...requirement, view, assertions: main };
  return other ? [inView, { ...requirement, view: 'execution', assertions: other }] : [inView];
}
