/** Sent to AWS with every call; a test checks that it equals package.json. */
export const PACKAGE_VERSION = '0.1.0';
