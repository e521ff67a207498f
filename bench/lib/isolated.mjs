// One run of one scenario in a separate process. Arguments: the engine's module, the scenario.
import { scenarioNamed } from './catalogue.mjs';
import { loadEngine } from './engines.mjs';
import { report } from './fresh-process.mjs';

const [module, name] = process.argv.slice(2);
report(await scenarioNamed(name).run(await loadEngine({ module })));
