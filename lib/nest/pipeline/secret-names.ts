/** Members whose names say that they are secret; compared without case, hyphens and underscores. */
const SECRET =
  /passw|passphrase|passcode|pwd|secret(?!ar)|apikey|privatekey|sessionid|tokens?(?:hash|value)?$|jwt$|^bearer$|otp(?:code)?$|^cv[cv]2?$|credentials?$|^(?:proxy)?authorization$|^(?:set|signed)?cookies?$/;

export function isSecret(name: string): boolean {
  return SECRET.test(name.toLowerCase().replaceAll(/[-_]/g, ''));
}
