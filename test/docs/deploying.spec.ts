import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (path: string) => readFileSync(join(process.cwd(), path), 'utf8');

describe('docs/deploying.md', () => {
  it('prints the bundler settings that the order sample is bundled with', () => {
    const printed = /^```js\n(\/\/ bundle\.mjs\n[\s\S]*?)^```$/m.exec(read('docs/deploying.md'))?.[1];
    expect(printed).toBe(read('sample/deploy/bundle.mjs'));
  });
});
