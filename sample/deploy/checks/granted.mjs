// What policies allow, in a form that makes the templates comparable.

/** @returns by the name of each policy, its actions, sorted */
export function actionsByPolicy(resources, nameOf = ([id]) => id) {
  const policies = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Policy');
  return Object.fromEntries(
    policies.map((entry) => [nameOf(entry), actionsOf(entry[1].Properties.PolicyDocument.Statement)]),
  );
}

function actionsOf(statements) {
  return [...new Set(statements.flatMap(({ Action }) => Action))].sort();
}

/** Resources that statements of policies name. */
export function resourcesOf(resources) {
  return Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement.flatMap(({ Resource }) => Resource));
}
