// What an engine adds to a bundle. The AWS SDK is in Lambda's runtime, and larger than any engine.
import { bundle } from '../lib/bundle.mjs';

async function engineBundle({ name, module }) {
  const source = `export { withDurableExecution } from ${JSON.stringify(module.replace(/^file:\/\//, ''))};`;
  const options = { external: ['@aws-sdk/*', 'aws4'], banner: '' };
  const { bytes } = await bundle(`engine-${name.replace(/\W/g, '-')}`, source, options);
  return { kilobytes: bytes / 1024 };
}

export const scenarios = [
  { name: 'engine bundle, minified', fresh: engineBundle, isExact: true, limits: { kilobytes: 60 } },
];
