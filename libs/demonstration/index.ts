export { loadDemonstration, type Loading } from './load.js';
export { PEOPLE, signInsOf, type SignIn } from './people.js';
export { BEGINNING, OPENING, StoredClock } from './stored-clock.js';
