/**
 * Loads the AWS client as the CommonJS package that it is. `import()` would first search its sources for the names that
 * they export, which takes as long as loading it.
 */
export declare function requireLambdaSdk(): typeof import('@aws-sdk/client-lambda');
