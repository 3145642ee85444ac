// For tests of one's own activities and stores. No test library is assumed.
export * from './attempt.ts';
export { AttemptProcess, type Begun } from './attempt-process.ts';
export * from './barriers.ts';
export * from './memory-store.ts';
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
