import type { Command } from './command.js';

/** By name; each is loaded when it is called, so that a client command does not load the service. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  dev: async () => (await import('./commands/dev.js')).dev,
  start: async () => (await import('./commands/start.js')).start,
  list: async () => (await import('./commands/list.js')).list,
  show: async () => (await import('./commands/show.js')).show,
  history: async () => (await import('./commands/history.js')).history,
  replay: async () => (await import('./commands/replay.js')).replay,
  stop: async () => (await import('./commands/stop.js')).stop,
  pause: async () => (await import('./commands/pause.js')).pause,
  resume: async () => (await import('./commands/resume.js')).resume,
  delete: async () => (await import('./commands/delete.js')).deleteExecution,
  callback: async () => (await import('./commands/callback.js')).callback,
  manifest: async () => (await import('./commands/manifest.js')).manifest,
};
