/** Told to AWS with every call; kept equal to package.json by a test. */
export const PACKAGE_VERSION = '0.1.0';
