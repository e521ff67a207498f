export { readManifest } from './read-manifest.js';
export type {
  IamStatement,
  Manifest,
  ManifestEvent,
  ManifestFunction,
  ManifestHandler,
  ManifestRoute,
  ManifestVariable,
} from './manifest.js';
