const config = { root: true, rules: {'no-console':'error'} };
export { config as 'module.exports' };
