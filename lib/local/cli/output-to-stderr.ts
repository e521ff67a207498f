/** Runs code of the user: its output, such as the log of a boot, must not become part of the result on stdout. */
export async function outputToStderr<T>(run: () => Promise<T>): Promise<T> {
  const written = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind<typeof process.stdout.write>(process.stderr);
  try {
    return await run();
  } finally {
    process.stdout.write = written;
  }
}
