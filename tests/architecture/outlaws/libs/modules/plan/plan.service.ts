// A room that does not exist; the graph says nothing about it, `rooms.ts` does.
import './plan.decider.js';
