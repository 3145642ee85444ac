// What a story is told with. For the workflow sandbox only.
export { refusedWith } from './call.ts';
export { outcome, saga, type Step } from './saga.ts';
export { scheduled } from './scheduled.ts';
