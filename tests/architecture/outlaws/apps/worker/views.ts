import './checkpoints.js'; // breaks: no-circles-at-run-time
