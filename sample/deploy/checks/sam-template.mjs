// A SAM template in a form that the validator can read. What SAM passes on to `AWS::Lambda::Function` becomes a
// function of that type; resources that SAM creates itself are left out or replaced.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** Properties from which SAM creates further resources. */
const SAM_ONLY = ['CodeUri', 'Policies', 'Events', 'AutoPublishAlias', 'FunctionUrlConfig'];

const customTags = ['Ref', 'Sub', 'GetAtt'].map((name) => ({
  tag: `!${name}`,
  resolve: (text) => (name === 'Ref' ? { Ref: text } : { [`Fn::${name}`]: name === 'GetAtt' ? splitOnce(text) : text }),
}));

function splitOnce(text) {
  const at = text.indexOf('.');
  return [text.slice(0, at), text.slice(at + 1)];
}

/** @returns the template as it is written */
export function readSamTemplate(file) {
  return parse(readFileSync(file, 'utf8'), { customTags });
}

/** @returns the same without SAM */
export function asCloudFormation(template) {
  const { Globals, ...rest } = structuredClone(template);
  delete rest.Transform;
  for (const [name, resource] of Object.entries(rest.Resources)) {
    if (resource.Type !== 'AWS::Serverless::Function') continue;
    const own = Object.entries({ ...Globals?.Function, ...resource.Properties }).filter(
      ([key]) => !SAM_ONLY.includes(key),
    );
    const Code = { S3Bucket: 'made-by-sam', S3Key: 'bundle' };
    rest.Resources[name] = { Type: 'AWS::Lambda::Function', Properties: { ...Object.fromEntries(own), Code } };
  }
  // `FulfilOrder.Alias` and `OrdersApiUrl` are resources that SAM creates.
  return JSON.parse(JSON.stringify(rest), (_, value) => {
    if (typeof value?.Ref === 'string' && value.Ref.endsWith('.Alias')) {
      return { 'Fn::Sub': `\${${value.Ref.slice(0, -'.Alias'.length)}.Arn}:live` };
    }
    return value?.['Fn::GetAtt']?.[0] === 'OrdersApiUrl' ? 'https://made-by-sam' : value;
  });
}
