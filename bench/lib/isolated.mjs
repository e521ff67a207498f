// The runs of one scenario in a separate process. Arguments: the engine's module, the scenario, how many runs, and how
// many of the first do not count. Reports the medians.
import { scenarioNamed } from './catalogue.mjs';
import { loadEngine } from './engines.mjs';
import { report } from './fresh-process.mjs';
import { medians } from './measure.mjs';

const [module, name, runs, dropped] = process.argv.slice(2);
const { run } = scenarioNamed(name);
const engine = await loadEngine({ module });
const measured = [];
for (let at = 0; at < Number(runs); at += 1) measured.push(await run(engine));
report(medians(measured.slice(Number(dropped))));
