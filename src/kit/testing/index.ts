// For tests of one's own activities, stores and workflows. No test library is assumed.
export * from './attempt.ts';
export { AttemptProcess, type Begun } from './attempt-process.ts';
export * from './barriers.ts';
export { bindRunInMemory } from './memory-run.ts';
export * from './memory-store.ts';
export type { Fault } from './once/exam.ts';
export * from './once/prove.ts';
export * from './points.ts';
export {
  subjects,
  withoutSubject,
  type Declared,
  type Site,
  type Subject,
  type Subjects,
  type UndoSubject,
} from './subjects.ts';
export { gaps, HistoryArchive, type Manifest, type Recorded } from '../histories/archive.ts';
export { Replayer, type Difference } from '../histories/replay.ts';
export { parseHistory, type SavedHistory } from '../histories/saved.ts';
export { storyOf } from '../histories/story.ts';
