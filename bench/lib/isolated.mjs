// One run of one scenario in a process of its own: prints the measures as JSON.
import { scenarioNamed } from './catalogue.mjs';
import { loadEngine } from './engines.mjs';

const [module, name] = process.argv.slice(2);
const result = await scenarioNamed(name).run(await loadEngine({ module }));
process.stdout.write(`\n${JSON.stringify(result)}\n`);
process.exit(0);
