import './views.js'; // breaks: no-circles-at-run-time
