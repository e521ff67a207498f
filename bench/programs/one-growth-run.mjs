// One run at one size, for a counter of instructions. Arguments: the engine's module, the growth's name, the size.
import { growths } from '../lib/catalogue.mjs';
import { loadEngine } from '../lib/engines.mjs';

const [module, name, size] = process.argv.slice(2);
const engine = await loadEngine({ module });
await growths.find((growth) => growth.name === name).run(Number(size))(engine);
process.exit(0);
