// AWS's own offline validator of CloudFormation templates.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import validator from '@aws/cloudformation-validate';

const SERIOUS = ['FATAL', 'ERROR'];

/** @returns what CloudFormation would refuse, one line each */
export function faultsOf(template) {
  const file = join(mkdtempSync(join(tmpdir(), 'template-')), 'template.json');
  writeFileSync(file, JSON.stringify(template));
  const engine = new validator.RegoEngine();
  try {
    const { diagnostics } = engine.validateStandard(new validator.TemplateFile(file));
    return diagnostics
      .filter(({ severity }) => SERIOUS.includes(severity))
      .map(({ ruleId, message }) => `${ruleId} ${message}`);
  } finally {
    engine.free();
  }
}
